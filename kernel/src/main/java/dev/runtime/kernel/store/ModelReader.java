package dev.runtime.kernel.store;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Capability;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelDetails;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelInfo;
import dev.runtime.api.model.ModelParts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts together what manifest, configuration, weight file and templates say about a model. */
final class ModelReader {
    private static final List<String> THINKING_FAMILIES = StoreNames.list("families.thinking");

    private final BlobPath paths;
    private final WeightFiles weights;
    private final TemplateFacts templates;
    private final Neighbours neighbours;

    ModelReader(BlobPath paths, WeightFiles weights, TemplateFacts templates) {
        this.paths = paths;
        this.weights = weights;
        this.templates = templates;
        neighbours = new Neighbours(weights);
    }

    /**
     * Returns the list entry of a model.
     *
     * @throws RuntimeFailure with {@code model.file_invalid} if a part is missing or damaged, {@code store.failed} if one cannot be read
     */
    ModelInfo info(Located located) {
        return switch (located) {
            case Located.Stored(Manifest manifest) -> info(manifest, config(manifest));
            case Located.InPlace place -> info(place);
        };
    }

    /**
     * Returns a model with all its files and texts.
     *
     * @throws RuntimeFailure as {@link #info}; with {@code model.unsupported} if it has no weight file
     */
    StoredModel model(Located located) {
        return switch (located) {
            case Located.Stored(Manifest manifest) -> model(manifest);
            case Located.InPlace place -> new StoredModel(
                    info(place), place.file(), encoders(place), List.of(),
                    Optional.empty(), Optional.empty(), Map.of(), List.of(), List.of(), "", "");
        };
    }

    /**
     * Opens a model for a look. Of one that runs elsewhere there is what its configuration says.
     *
     * @throws RuntimeFailure as {@link #model}
     */
    ModelDetails details(Located located) {
        if (located instanceof Located.Stored(Manifest manifest) && manifest.last(LayerKind.MODEL).isEmpty() && config(manifest).remote()) {
            ModelConfig config = config(manifest);
            return new ModelDetails(info(manifest, config), BlobPath.NONE, ModelParts.NONE, config.facts(), List.of(), "", "", List.of(), Map.of(),
                    List.of());
        }
        StoredModel model = model(located);
        try (ModelFile file = weights.open(model.weights(), located.name())) {
            String template = templates.chosen(model.template().orElse(""), file.metadata().string(WeightSummary.TEMPLATE_KEY).orElse(""));
            ModelParts parts = new ModelParts(model.projectors(), model.adapters(), model.draft(), model.renderer(), model.parser());
            return new ModelDetails(model.info(), model.weights(), parts, file.metadata(), file.tensors(), template,
                    model.system().orElse(""), model.licenses(), model.parameters(), model.messages());
        }
    }

    /** Returns the metadata of a model's first image encoder. */
    Optional<Metadata> projector(Located located) {
        List<Path> encoders = switch (located) {
            case Located.Stored(Manifest manifest) -> manifest.all(LayerKind.PROJECTOR).stream().map(l -> file(manifest, l)).toList();
            case Located.InPlace place -> encoders(place);
        };
        return encoders.stream().findFirst().map(encoder -> {
            try (ModelFile file = weights.open(encoder, located.name())) {
                return file.metadata();
            }
        });
    }

    private StoredModel model(Manifest manifest) {
        String name = manifest.name().display();
        Optional<Manifest.Layer> layer = manifest.last(LayerKind.MODEL);
        if (layer.isEmpty()) {
            throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, name
                    + " has no weight file in the store: it runs elsewhere or is stored as single tensors; store it as one weight file");
        }
        ModelConfig config = config(manifest);
        List<String> licenses = new ArrayList<>();
        for (Manifest.Layer license : manifest.all(LayerKind.LICENSE)) {
            licenses.add(TextLayers.text(read(manifest, license)));
        }
        return new StoredModel(
                info(manifest, config),
                file(manifest, layer.get()),
                manifest.all(LayerKind.PROJECTOR).stream().map(l -> file(manifest, l)).toList(),
                manifest.all(LayerKind.ADAPTER).stream().map(l -> file(manifest, l)).toList(),
                manifest.last(LayerKind.DRAFT).map(l -> file(manifest, l)),
                manifest.last(LayerKind.TEMPLATE).map(l -> TextLayers.text(read(manifest, l))),
                manifest.last(LayerKind.SYSTEM).map(l -> TextLayers.text(read(manifest, l))),
                manifest.last(LayerKind.PARAMS).map(l -> TextLayers.parameters(read(manifest, l))).orElse(Map.of()),
                manifest.last(LayerKind.MESSAGES).map(l -> TextLayers.messages(read(manifest, l))).orElse(List.of()),
                licenses,
                config.parser(),
                config.renderer());
    }

    private ModelInfo info(Manifest manifest, ModelConfig config) {
        Optional<Manifest.Layer> layer = manifest.last(LayerKind.MODEL);
        Optional<WeightSummary> summary = layer.flatMap(l -> summary(manifest, file(manifest, l)));
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        capabilities.addAll(config.capabilities());
        summary.ifPresent(s -> capabilities.addAll(own(s)));
        for (Manifest.Layer projector : manifest.all(LayerKind.PROJECTOR)) {
            capabilities.add(Capability.VISION);
            summary(manifest, file(manifest, projector)).filter(WeightSummary::audio).ifPresent(_ -> capabilities.add(Capability.AUDIO));
        }
        Optional<Manifest.Layer> template = manifest.last(LayerKind.TEMPLATE);
        capabilities.addAll(templates.capabilities(templates.chosen(template.map(l -> TextLayers.text(read(manifest, l))).orElse(""),
                summary.map(WeightSummary::template).orElse(""))));
        String family = config.family().isEmpty() ? summary.map(WeightSummary::architecture).orElse("") : config.family();
        if (THINKING_FAMILIES.contains(family.toLowerCase(Locale.ROOT))) {
            capabilities.add(Capability.THINKING);
        }
        return new ModelInfo(
                manifest.name().display(),
                manifest.digest(),
                manifest.size(),
                manifest.modified(),
                config.format().isEmpty() ? summary.map(WeightSummary::format).orElse("") : config.format(),
                family,
                config.families().isEmpty() && !family.isEmpty() ? List.of(family) : config.families(),
                config.parameterSize().isEmpty() ? summary.map(WeightSummary::parameterSize).orElse("") : config.parameterSize(),
                config.quantization().isEmpty() ? summary.map(WeightSummary::quantization).orElse("") : config.quantization(),
                summary.map(WeightSummary::contextLength).filter(n -> n > 0).orElse(config.contextLength()),
                summary.map(WeightSummary::embeddingLength).filter(n -> n > 0).orElse(config.embeddingLength()),
                layer.map(Manifest.Layer::from).filter(from -> !BlobPath.looksLikePath(from)).orElse(""),
                capabilities);
    }

    /** Returns the image encoder beside a weight file. */
    private List<Path> encoders(Located.InPlace place) {
        return neighbours.projector(place.file(), place.ownFolder()).stream().toList();
    }

    private ModelInfo info(Located.InPlace place) {
        String name = place.name();
        Path file = place.file();
        WeightSummary summary = weights.summary(file, name);
        long size;
        Instant modified;
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            size = attributes.isDirectory() ? filesOf(file) : attributes.size();
            modified = attributes.lastModifiedTime().toInstant();
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.STORE_FAILED, "cannot read the weights of " + name, e);
        }
        Set<Capability> capabilities = own(summary);
        if (!encoders(place).isEmpty()) {
            capabilities.add(Capability.VISION);
        }
        capabilities.addAll(templates.capabilities(summary.template()));
        if (THINKING_FAMILIES.contains(summary.architecture().toLowerCase(Locale.ROOT))) {
            capabilities.add(Capability.THINKING);
        }
        String digest = Manifest.sha256((file + "\n" + size + "\n" + modified).getBytes(StandardCharsets.UTF_8));
        List<String> families = summary.architecture().isEmpty() ? List.of() : List.of(summary.architecture());
        return new ModelInfo(name, digest, size, modified, summary.format(), summary.architecture(), families,
                summary.parameterSize(), summary.quantization(), summary.contextLength(), summary.embeddingLength(), "", capabilities);
    }

    private static long filesOf(Path folder) throws IOException {
        long size = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, Files::isRegularFile)) {
            for (Path file : files) {
                size += Files.size(file);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return size;
    }

    /** What the weight file alone tells. */
    private static Set<Capability> own(WeightSummary summary) {
        Set<Capability> capabilities = EnumSet.of(summary.pools() ? Capability.EMBEDDING : Capability.COMPLETION);
        if (summary.vision()) {
            capabilities.add(Capability.VISION);
        }
        if (summary.audio()) {
            capabilities.add(Capability.AUDIO);
        }
        return capabilities;
    }

    /** A file that is sound but needs something that is not installed is still listed, from its configuration. */
    private Optional<WeightSummary> summary(Manifest manifest, Path file) {
        try {
            return Optional.of(weights.summary(file, manifest.name().display()));
        } catch (RuntimeFailure e) {
            if (e.code() == ErrorCode.MODEL_UNSUPPORTED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Models of long ago have no configuration; their weights tell enough. */
    private ModelConfig config(Manifest manifest) {
        return manifest.config()
                .filter(layer -> paths.existingBlob(layer.digest()).isPresent())
                .flatMap(layer -> Json.object(read(manifest, layer)))
                .map(ModelConfig::of)
                .orElse(ModelConfig.NONE);
    }

    /** Returns the file of a layer, complete. */
    private Path file(Manifest manifest, Manifest.Layer layer) {
        Path file = paths.existingBlob(layer.digest()).orElseThrow(() -> damaged(manifest, layer, "is not in the store"));
        try {
            long size = Files.size(file);
            if (layer.size() >= 0 && size != layer.size()) {
                throw damaged(manifest, layer, "has " + size + " bytes instead of " + layer.size());
            }
            return file;
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.STORE_FAILED, "cannot read a part of " + manifest.name().display(), e);
        }
    }

    private byte[] read(Manifest manifest, Manifest.Layer layer) {
        try {
            return BlobPath.read(file(manifest, layer));
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.STORE_FAILED, "cannot read " + layer.digest() + " of " + manifest.name().display()
                    + " (" + e.getClass().getSimpleName() + "); check that it is readable and no longer than a text can be", e);
        }
    }

    private static RuntimeFailure damaged(Manifest manifest, Manifest.Layer layer, String reason) {
        return new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, manifest.name().display() + " is damaged: its part " + layer.digest()
                + " " + reason + "; pull or create the model again");
    }
}
