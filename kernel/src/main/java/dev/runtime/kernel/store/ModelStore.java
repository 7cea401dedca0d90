package dev.runtime.kernel.store;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelDetails;
import dev.runtime.api.model.ModelInfo;
import dev.runtime.api.model.Models;
import dev.runtime.api.plugin.Services;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The models of this machine: those of the store, then those that came with the runtime, those of other programs' folders, then weight
 * files given by path.
 *
 * <p>A reference is a path if it is absolute or starts with {@code ./}, {@code ../} or {@code ~/}; otherwise a model of that name
 * wins, and only if there is none, a file below the working directory is looked for. Paths are for local callers: whoever takes
 * references from the network asks {@link #isPath} first, or uses {@link #resolveName}. A path must name a regular file or a folder that an
 * installed format takes.
 *
 * <p>Safe for use by many threads, and beside other processes that write to the same store. Nothing is kept between calls
 * but summaries of weight files that did not change.
 */
public final class ModelStore implements Models, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ModelStore.class.getName());
    private static final int MOST_COMPLAINTS = 1000;

    private final ManifestFolder manifests;
    private final WeightFiles weights;
    private final TemplateFacts templates;
    private final ModelReader reader;
    private final BuiltInModels builtIn;
    private final FolderModels inFolders;
    private final Set<String> complaints = ConcurrentHashMap.newKeySet();

    /**
     * Creates a store.
     *
     * @param root the store's folder; one that does not exist is an empty store
     * @param builtInFolders folders of weight files that come with the runtime
     * @param otherFolders folders of weight files of other programs
     * @param services where formats and template languages are found
     */
    public ModelStore(Path root, List<Path> builtInFolders, List<Path> otherFolders, Services services) {
        BlobPath paths = new BlobPath(root);
        manifests = new ManifestFolder(paths);
        weights = new WeightFiles(services);
        templates = new TemplateFacts(services);
        reader = new ModelReader(paths, weights, templates);
        builtIn = new BuiltInModels(builtInFolders, weights);
        inFolders = new FolderModels(otherFolders, weights);
    }

    /** Creates a store without folders of other programs. */
    ModelStore(Path root, List<Path> builtInFolders, Services services) {
        this(root, builtInFolders, List.of(), services);
    }

    /** Returns the folder of the store where none is configured: where users of local model servers already have it. */
    public static Path defaultRoot() {
        return defaultRoot(Path.of(System.getProperty("user.home")));
    }

    static Path defaultRoot(Path home) {
        return home.resolve(StoreNames.text("folder"));
    }

    /**
     * {@inheritDoc}
     *
     * @throws RuntimeFailure with {@code store.failed} if the store exists but cannot be listed
     */
    @Override
    public List<ModelInfo> list() {
        List<ModelInfo> models = new ArrayList<>();
        List<ModelName> stored = manifests.names();
        for (ModelName name : stored) {
            try {
                manifests.read(name).ifPresent(manifest -> models.add(reader.info(new Located.Stored(manifest))));
            } catch (RuntimeFailure e) {
                complain(name, e);
            }
        }
        outside().forEach((name, model) -> {
            if (stored.stream().noneMatch(name::same)) {
                try {
                    models.add(reader.info(model));
                } catch (RuntimeFailure e) {
                    complain(name, e);
                }
            }
        });
        // by whole seconds, as file systems differ in more
        models.sort(Comparator.comparing((ModelInfo m) -> m.modified().truncatedTo(ChronoUnit.SECONDS)).reversed()
                .thenComparing(ModelInfo::name));
        return List.copyOf(models);
    }

    /**
     * {@inheritDoc}
     *
     * @throws RuntimeFailure also with {@code store.failed} if a part cannot be read
     */
    @Override
    public Optional<ModelInfo> find(String reference) {
        return locate(reference, true).map(reader::info);
    }

    @Override
    public ModelDetails details(String reference) {
        return reader.details(locate(reference, true).orElseThrow(() -> notFound(reference)));
    }

    @Override
    public Optional<Metadata> projector(String reference) {
        return reader.projector(locate(reference, true).orElseThrow(() -> notFound(reference)));
    }

    /**
     * Finds a model to load, by name or path.
     *
     * @throws RuntimeFailure with {@code model.not_found}, {@code model.name_invalid}, {@code model.file_invalid} if a part is missing or
     *     damaged, {@code model.unsupported} if it has no weight file, {@code store.failed} if a part cannot be read
     */
    public StoredModel resolve(String reference) {
        return reader.model(locate(reference, true).orElseThrow(() -> notFound(reference)));
    }

    /**
     * Finds a model to load, by name only: for references of callers who must not reach files outside the store.
     *
     * @throws RuntimeFailure as {@link #resolve}; a path is {@code model.name_invalid} or {@code model.not_found}, whether or not there is
     *     such a file
     */
    public StoredModel resolveName(String reference) {
        return reader.model(locate(reference, false).orElseThrow(() -> notFound(reference)));
    }

    @Override
    public boolean isPath(String reference) {
        if (BlobPath.looksLikePath(reference)) {
            return true;
        }
        boolean named = ModelName.parse(reference).flatMap(this::locate).isPresent();
        return !named && below(reference).isPresent();
    }

    @Override
    public String displayName(String reference) {
        return path(reference).map(Path::toString).orElseGet(() -> ModelName.of(reference).display());
    }

    @Override
    public String fullName(String reference) {
        return path(reference).map(Path::toString).orElseGet(() -> ModelName.of(reference).full());
    }

    /** Returns how a model will be spelled if it is stored under this name: in the letter case that the store already uses. */
    public ModelName spelling(ModelName name) {
        return manifests.spelling(name);
    }

    /** Opens weight files as this store does. */
    WeightFiles weights() {
        return weights;
    }

    /**
     * Finds a model by its name only.
     *
     * @throws RuntimeFailure as {@link #resolveName}
     */
    Located named(String reference) {
        return locate(reference, false).orElseThrow(() -> notFound(reference));
    }

    /** Stops following the registry. */
    @Override
    public void close() {
        weights.close();
        templates.close();
    }

    private Optional<Located> locate(String reference, boolean paths) {
        if (paths && BlobPath.looksLikePath(reference)) {
            return BlobPath.file(reference).filter(this::isThere).map(file -> new Located.InPlace(file.toString(), file));
        }
        Optional<ModelName> name = ModelName.parse(reference);
        Optional<Located> named = name.flatMap(this::locate);
        if (named.isPresent()) {
            return named;
        }
        Optional<Path> file = paths ? below(reference) : Optional.empty();
        if (file.isEmpty() && name.isEmpty()) {
            throw ModelName.invalid(reference);
        }
        return file.map(f -> new Located.InPlace(f.toString(), f));
    }

    private Optional<Located> locate(ModelName name) {
        Optional<Located> stored = manifests.stored(name).flatMap(manifests::read).map(Located.Stored::new);
        return stored.isPresent() ? stored : outside().entrySet().stream()
                .filter(model -> model.getKey().same(name))
                .findFirst()
                .map(Map.Entry::getValue);
    }

    /** Returns the models outside the store, of equal names the one that came with the runtime. */
    private Map<ModelName, Located.InPlace> outside() {
        Map<ModelName, Located.InPlace> models = new LinkedHashMap<>();
        builtIn.all().forEach((name, file) -> models.put(name, new Located.InPlace(name.display(), file)));
        inFolders.all().forEach((name, model) -> {
            if (models.keySet().stream().noneMatch(name::same)) {
                models.put(name, model);
            }
        });
        return models;
    }

    private Optional<Path> path(String reference) {
        return isPath(reference) ? BlobPath.file(reference) : Optional.empty();
    }

    /** A file below the working directory, if the reference has a separator or an extension and a format takes the file. */
    private Optional<Path> below(String reference) {
        boolean likely = reference.indexOf('/') > 0 || reference.indexOf('\\') > 0 || reference.indexOf('.') > 0;
        return likely ? BlobPath.file(reference).filter(f -> isThere(f) && weights.accepted(f)) : Optional.empty();
    }

    /** Weights are a file, or a folder that a format takes; pipes and devices may never answer a read. */
    private boolean isThere(Path path) {
        return Files.isRegularFile(path) || Files.isDirectory(path) && weights.accepted(path);
    }

    static RuntimeFailure notFound(String reference) {
        return new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND,
                "model \"" + ModelName.shown(reference) + "\" not found; `runtime list` shows the models of this machine");
    }

    private void complain(ModelName name, RuntimeFailure failure) {
        if (complaints.size() < MOST_COMPLAINTS && complaints.add(name.full() + failure.getMessage())) {
            LOG.log(Level.WARNING, "the model {0} is left out of lists: {1}", name.display(), failure.getMessage());
        }
    }
}
