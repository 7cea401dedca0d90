package dev.runtime.kernel.store;

import dev.runtime.kernel.store.RecordingDisk.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What may be left of a folder when the machine stops after some steps. */
final class CrashedDisk {
    /** Which of the changes survive that nothing made durable. */
    enum Loss {
        /** All: the process was killed, the machine goes on. */
        NOTHING,
        /** Names, but not the bytes of files: these are zero. */
        BYTES,
        /** Neither names nor bytes. */
        NAMES_AND_BYTES,
        /** Of the names only deletions. */
        ALL_BUT_DELETIONS
    }

    private static final class Content {
        private byte[] bytes = {};
        private byte[] durable = {};
    }

    private final Map<Path, Content> names = new TreeMap<>();
    private final Map<Path, Content> durableNames = new TreeMap<>();
    private final Map<Integer, Content> open = new HashMap<>();
    private final TreeSet<Path> folders = new TreeSet<>();
    private final Path root;

    /** Begins with what is in a folder now. */
    CrashedDisk(Path root, Map<Path, byte[]> before) {
        this.root = root;
        before.forEach((path, bytes) -> {
            Content content = new Content();
            content.bytes = bytes;
            content.durable = bytes;
            names.put(path, content);
            durableNames.put(path, content);
        });
    }

    void apply(Step step) {
        switch (step) {
            case Step.Open(int file, Path path, boolean fresh) -> {
                Content content = fresh ? new Content() : names.getOrDefault(path, new Content());
                names.put(path, content);
                open.put(file, content);
            }
            case Step.Write(int file, long position, byte[] bytes) -> {
                Content content = open.get(file);
                int end = (int) position + bytes.length;
                byte[] changed = Arrays.copyOf(content.bytes, Math.max(end, content.bytes.length));
                System.arraycopy(bytes, 0, changed, (int) position, bytes.length);
                content.bytes = changed;
            }
            case Step.Length(int file, long bytes) -> {
                Content content = open.get(file);
                content.bytes = Arrays.copyOf(content.bytes, (int) bytes);
            }
            case Step.Force(int file) -> {
                Content content = open.get(file);
                content.durable = content.bytes;
            }
            case Step.Folders(Path folder) -> folders.add(folder);
            case Step.Rename(Path from, Path to) -> names.put(to, names.remove(from));
            case Step.Sync(Path folder) -> {
                durableNames.keySet().removeIf(path -> path.getParent().equals(folder));
                names.forEach((path, content) -> {
                    if (path.getParent().equals(folder)) {
                        durableNames.put(path, content);
                    }
                });
            }
            case Step.Delete(Path path) -> {
                names.remove(path);
                folders.remove(path);
            }
        }
    }

    /** Writes what is left into a folder. */
    void leave(Loss loss, Path target) throws IOException {
        Map<Path, Content> left = new TreeMap<>(switch (loss) {
            case NOTHING, BYTES -> names;
            case NAMES_AND_BYTES, ALL_BUT_DELETIONS -> durableNames;
        });
        if (loss == Loss.ALL_BUT_DELETIONS) {
            left.keySet().retainAll(names.keySet());
        }
        for (Path folder : folders) {
            Files.createDirectories(target.resolve(root.relativize(folder)));
        }
        for (Map.Entry<Path, Content> each : left.entrySet()) {
            Content content = each.getValue();
            byte[] bytes = content.bytes;
            if (loss != Loss.NOTHING) {
                bytes = content.durable.length < content.bytes.length ? Arrays.copyOf(content.durable, content.bytes.length) : content.durable;
            }
            Path file = target.resolve(root.relativize(each.getKey()));
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        }
    }
}
