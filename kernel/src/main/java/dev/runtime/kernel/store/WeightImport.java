package dev.runtime.kernel.store;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.CreateEvent;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.WeightWriter;
import dev.runtime.api.plugin.Services;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Brings weights into a draft: blobs as they are, folders and parts of a model as one file, all of them quantised if asked. */
final class WeightImport {
    private static final List<String> PROJECTORS = StoreNames.list("architectures.projector");

    private final StoreChange change;
    private final BlobPath paths;
    private final WeightFiles weights;
    private final Services services;
    private final ManifestDraft draft;
    private final Cancellation cancellation;
    private final Consumer<CreateEvent> events;

    WeightImport(StoreChange change, BlobPath paths, WeightFiles weights, Services services, ManifestDraft draft, Cancellation cancellation,
            Consumer<CreateEvent> events) {
        this.change = change;
        this.paths = paths;
        this.weights = weights;
        this.services = services;
        this.draft = draft;
        this.cancellation = cancellation;
        this.events = events;
    }

    /** Adds files by name and digest: a folder that a format takes as a whole, or weight files one by one. */
    void add(String title, Map<String, String> files) {
        try (StagedFiles staged = StagedFiles.of(paths, title, files)) {
            if (weights.accepted(staged.folder())) {
                convert(LayerKind.MODEL, staged.folder(), "");
                return;
            }
            Set<String> shards = new HashSet<>();
            for (Path file : staged.files()) {
                String name = staged.folder().relativize(file).toString().replace('\\', '/');
                addFile(file, name, files.get(name), shards);
            }
        }
    }

    private void addFile(Path file, String name, String digest, Set<String> shards) {
        if (!weights.accepted(file)) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "unknown type of " + ModelName.shown(name)
                    + ": it is neither a weight file nor part of a model's folder that an installed format reads");
        }
        LayerKind kind;
        boolean parts;
        try (ModelFile model = weights.open(file, name)) {
            events.accept(new CreateEvent.Reading(model.format()));
            kind = kind(model.metadata());
            parts = model.metadata().integer("split.count", 0) > 1;
        }
        if (!parts) {
            draft.add(new Manifest.Layer(kind, "sha256:" + BlobPath.hex(digest), size(file), ""));
        } else if (shards.add(kind.name())) {
            // whichever part is opened, all of them are read
            convert(kind, file, "");
        }
    }

    /** Adds an adapter: exactly one, in a weight file of its own. */
    void addAdapter(Map<String, String> files) {
        if (files.size() != 1) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "only one adapter is currently supported, as a single weight file");
        }
        draft.drop(LayerKind.ADAPTER);
        try (StagedFiles staged = StagedFiles.of(paths, "adapter", files)) {
            Path file = staged.files().getFirst();
            if (!weights.accepted(file)) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the adapter is no weight file that an installed format reads");
            }
            try (ModelFile model = weights.open(file, "the adapter")) {
                events.accept(new CreateEvent.Reading(model.format()));
                if (kind(model.metadata()) != LayerKind.ADAPTER) {
                    throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the adapter's file holds a model of its own and no adapter");
                }
            }
            draft.add(new Manifest.Layer(LayerKind.ADAPTER, "sha256:" + BlobPath.hex(files.values().iterator().next()), size(file), ""));
        }
    }

    /** Adds a draft model: one weight file, or a folder that a format takes as a whole. */
    void addDraft(Map<String, String> files) {
        draft.drop(LayerKind.DRAFT);
        try (StagedFiles staged = StagedFiles.of(paths, "draft", files)) {
            if (weights.accepted(staged.folder())) {
                convert(LayerKind.DRAFT, staged.folder(), "");
                return;
            }
            Path file = staged.files().getFirst();
            if (files.size() != 1 || !weights.accepted(file)) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                        "the draft model is neither one weight file nor a model's folder that an installed format reads");
            }
            try (ModelFile model = weights.open(file, "the draft model")) {
                events.accept(new CreateEvent.Reading(model.format()));
                if (kind(model.metadata()) != LayerKind.MODEL) {
                    throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the draft model's file holds no model but an adapter or an image encoder");
                }
            }
            draft.add(new Manifest.Layer(LayerKind.DRAFT, "sha256:" + BlobPath.hex(files.values().iterator().next()), size(file), ""));
        }
    }

    /** Adds a file that lies outside the store. */
    void copy(Path file, String from) {
        if (Files.isDirectory(file)) {
            convert(LayerKind.MODEL, file, from);
            return;
        }
        try (InputStream in = Files.newInputStream(file)) {
            String digest = change.addBlob(in, Optional.empty());
            draft.addNew(new Manifest.Layer(LayerKind.MODEL, digest, size(paths.blob(digest)), from));
        } catch (IOException e) {
            throw StoreFailure.write("a copy of " + from, e);
        }
    }

    /** Brings weights of a kind to a level, unless they have it. */
    void quantize(LayerKind kind, String level) {
        WeightWriter writer = writer();
        String to = writer.level(level).orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, "unsupported quantization type "
                + ModelName.shown(level) + " - supported types are " + String.join(", ", writer.levels())));
        Manifest.Layer layer = draft.last(kind).orElseThrow(() -> new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                "there are no weights to quantise"));
        try (ModelFile model = weights.open(paths.existingBlob(layer.digest()).orElseThrow(), "the model")) {
            String from = writer.levelOf(model);
            if (!from.equals(to)) {
                events.accept(new CreateEvent.Quantizing(from, to, 0, 0));
                draft.replace(layer, write(writer, model, Optional.of(to), layer.from(), kind,
                        (completed, total) -> events.accept(new CreateEvent.Quantizing(from, to, completed, total))));
            }
        }
    }

    private void convert(LayerKind kind, Path fileOrFolder, String from) {
        try (ModelFile model = weights.open(fileOrFolder, fileOrFolder.getFileName().toString())) {
            events.accept(new CreateEvent.Converting(0, 0));
            draft.addNew(write(writer(), model, Optional.empty(), from, kind,
                    (completed, total) -> events.accept(new CreateEvent.Converting(completed, total))));
        }
    }

    private Manifest.Layer write(WeightWriter writer, ModelFile model, Optional<String> level, String from, LayerKind kind,
            WeightWriter.Progress progress) {
        try (NewBlob blob = change.newBlob(); BlobChannel channel = new BlobChannel(blob)) {
            writer.write(model, level, channel, progress, cancellation);
            events.accept(new CreateEvent.Verifying());
            String digest = change.publish(blob, cancellation);
            try (ModelFile written = weights.open(paths.blob(digest), "the converted model")) {
                if (written.tensors().size() != model.tensors().size()) {
                    throw new IllegalStateException("of " + model.tensors().size() + " tensors " + written.tensors().size() + " were written");
                }
            }
            return new Manifest.Layer(kind, digest, channel.written, from);
        } catch (IOException e) {
            throw StoreFailure.write("the converted weights", e);
        }
    }

    private WeightWriter writer() {
        return services.all(WeightWriter.class).stream().findFirst().orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED,
                "no installed plug-in writes weight files; install one, or give a file that needs no conversion"));
    }

    private static LayerKind kind(Metadata metadata) {
        String architecture = metadata.string("general.architecture").orElse("");
        boolean sees = metadata.integer(architecture + ".vision.block_count", 0) > 0 && metadata.integer(architecture + ".block_count", 0) == 0;
        return switch (metadata.string("general.type").orElse("model")) {
            case "adapter" -> LayerKind.ADAPTER;
            case "projector", "mmproj" -> LayerKind.PROJECTOR;
            default -> sees || PROJECTORS.contains(architecture) ? LayerKind.PROJECTOR : LayerKind.MODEL;
        };
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.STORE_FAILED, "cannot read a blob of the model store", e);
        }
    }

    /** Writes to a blob from its first byte on. */
    private static final class BlobChannel implements WritableByteChannel {
        private final NewBlob blob;
        private long written;

        BlobChannel(NewBlob blob) {
            this.blob = blob;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            int n = source.remaining();
            blob.write(source, written);
            written += n;
            return n;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
