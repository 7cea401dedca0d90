package dev.runtime.kernel.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Weight files of other programs, used where they lie. The folders above a file give its name: {@code owner/repository/file} is {@code
 * owner/repository}, a file by itself has its own name, and the cache of a model hub ({@code models--owner--repository/snapshots/...})
 * has the names that its models would be pulled by. The tag is the type of the weights if the file's name ends with one.
 *
 * <p>What was found is kept for a few seconds, as requests ask for models by name.
 */
final class FolderModels {
    private static final System.Logger LOG = System.getLogger(FolderModels.class.getName());
    private static final long FRESH_NANOS = 3_000_000_000L;
    private static final int DEEPEST = 6;
    private static final int MOST_FILES = 20_000;
    private static final Pattern HUB = Pattern.compile(StoreNames.text("hub.folder"));
    private static final String HUB_SNAPSHOTS = StoreNames.text("hub.snapshots");
    private static final String HUB_HOST = StoreNames.text("hub.host");
    private static final String DEFAULT_TAG = StoreNames.text("name.tag");
    /** Files of one model in pieces are named by their number; the first stands for all. */
    private static final Pattern PIECE = Pattern.compile("(.*)-(\\d{5})-of-\\d{5}");
    private static final Pattern TYPED = Pattern.compile("(.+)[-._]((?:I?Q|TQ)[1-9]_?[A-Za-z0-9_]*|BF16|F16|F32|MXFP4[A-Za-z0-9_]*)",
            Pattern.CASE_INSENSITIVE);

    private final List<Path> folders;
    private final WeightFiles weights;
    private Map<ModelName, Located.InPlace> found = Map.of();
    private long foundAt = System.nanoTime() - FRESH_NANOS;

    FolderModels(List<Path> folders, WeightFiles weights) {
        this.folders = List.copyOf(folders);
        this.weights = weights;
    }

    /** Returns the models by name, of equal names the first. */
    synchronized Map<ModelName, Located.InPlace> all() {
        if (!folders.isEmpty() && System.nanoTime() - foundAt >= FRESH_NANOS) {
            Map<ModelName, Located.InPlace> models = new LinkedHashMap<>();
            folders.forEach(folder -> add(folder, models));
            found = models;
            foundAt = System.nanoTime();
        }
        return found;
    }

    private void add(Path folder, Map<ModelName, Located.InPlace> models) {
        Map<Path, List<Path>> byFolder = new LinkedHashMap<>();
        // links are how the caches of hubs refer to their files
        try (Stream<Path> files = Files.walk(folder, DEEPEST, FileVisitOption.FOLLOW_LINKS)) {
            files.limit(MOST_FILES).filter(Files::isRegularFile).sorted()
                    .forEach(file -> byFolder.computeIfAbsent(file.getParent(), _ -> new ArrayList<>()).add(file));
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.WARNING, "cannot list a folder of store.folders: " + folder, e);
        }
        byFolder.forEach((parent, files) -> {
            if (weights.accepted(parent)) {
                put(models, name(folder, files.getFirst(), false), parent, false);
                return;
            }
            for (Path file : files) {
                if (first(file) && !Neighbours.isEncoder(file) && weights.accepted(file)) {
                    put(models, name(folder, file, true), file, !parent.equals(folder));
                }
            }
        });
    }

    private static void put(Map<ModelName, Located.InPlace> models, Optional<ModelName> name, Path weights, boolean ownFolder) {
        name.filter(n -> models.keySet().stream().noneMatch(n::same))
                .ifPresent(n -> models.put(n, new Located.InPlace(n.display(), weights, ownFolder)));
    }

    private static boolean first(Path file) {
        Matcher piece = PIECE.matcher(stem(file));
        return !piece.matches() || Integer.parseInt(piece.group(2)) == 1;
    }

    private static String stem(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    /**
     * Returns the name of a file, or nothing if its folders and name make none.
     *
     * @param alone whether it is a model by itself; else its folder is one
     */
    private static Optional<ModelName> name(Path folder, Path file, boolean alone) {
        Matcher piece = PIECE.matcher(stem(file));
        String stem = piece.matches() ? piece.group(1) : stem(file);
        Matcher typed = TYPED.matcher(stem);
        String tag = alone && typed.matches() ? typed.group(2) : DEFAULT_TAG;
        Path inside = folder.relativize(file);
        for (int i = 0; i < inside.getNameCount() - 1; i++) {
            Matcher hub = HUB.matcher(inside.getName(i).toString());
            if (hub.matches()) {
                // beside the snapshots lie the files that these link to
                if (!inside.getName(i + 1).toString().equals(HUB_SNAPSHOTS)) {
                    return Optional.empty();
                }
                return ModelName.parse(HUB_HOST + "/" + part(hub.group(1)) + "/" + model(hub.group(2)) + ":" + tag);
            }
        }
        return switch (inside.getNameCount()) {
            case 1 -> ModelName.parse(model(alone ? stem : String.valueOf(folder.getFileName())));
            case 2 -> ModelName.parse(model(inside.getName(0).toString()) + ":" + tag);
            default -> ModelName.parse(part(inside.getName(0).toString()) + "/" + model(inside.getName(1).toString()) + ":" + tag);
        };
    }

    private static String part(String text) {
        return text.replaceAll("[^A-Za-z0-9_-]", "-");
    }

    private static String model(String text) {
        return text.replaceAll("[^A-Za-z0-9_.-]", "-");
    }
}
