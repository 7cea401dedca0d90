package dev.runtime.kernel.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * Compares a folder of plug-ins with how it was at the last look, and tells what is complete and new.
 *
 * <p>A copy in progress looks like a damaged jar. So an entry counts once its files keep still: a short time if all its jars can
 * be opened, a longer one otherwise; and an entry that changes later counts again. Has no clock and no thread of its own.
 */
final class FolderScan {
    /** How long files that can be opened must keep still. */
    static final Duration SETTLED = Duration.ofMillis(150);
    /** How long files that cannot be opened must keep still until they count as damaged. */
    static final Duration GIVEN_UP = Duration.ofSeconds(1);

    /** What happened to an entry of the folder. */
    sealed interface Change {
        /** It is new, or other than before. */
        record Appeared(Path source) implements Change {}

        /** It is gone. */
        record Vanished(Path source) implements Change {}
    }

    /** What tells two states of a file apart; the key (on most systems the inode) reveals a file that was renamed over another. */
    private record Mark(Path jar, long size, long modified, String key) {}

    private static final class Entry {
        private List<Mark> marks;
        private long since;
        private boolean due = true;
        private boolean told;

        Entry(List<Mark> marks, long since) {
            this.marks = marks;
            this.since = since;
        }
    }

    private final Path folder;
    private final Map<Path, Entry> entries = new HashMap<>();

    FolderScan(Path folder) {
        this.folder = folder;
    }

    /** Tells whether an entry waits to keep still. */
    boolean pending() {
        return entries.values().stream().anyMatch(entry -> entry.due);
    }

    /** Looks for the first time: everything counts at once, as it may lie there for long; what is still being copied counts again later. */
    List<Change> first(long now) {
        return look(now, Duration.ZERO, Duration.ZERO);
    }

    /**
     * Looks.
     *
     * @param now a time in ns that only grows
     */
    List<Change> look(long now) {
        return look(now, SETTLED, GIVEN_UP);
    }

    private List<Change> look(long now, Duration settled, Duration givenUp) {
        Map<Path, List<Mark>> present = present();
        List<Change> changes = new ArrayList<>();
        for (Iterator<Map.Entry<Path, Entry>> all = entries.entrySet().iterator(); all.hasNext();) {
            Map.Entry<Path, Entry> known = all.next();
            if (!present.containsKey(known.getKey())) {
                all.remove();
                if (known.getValue().told) {
                    changes.add(new Change.Vanished(known.getKey()));
                }
            }
        }
        present.forEach((source, marks) -> {
            Entry entry = entries.computeIfAbsent(source, _ -> new Entry(marks, now));
            if (!entry.marks.equals(marks)) {
                entry.marks = marks;
                entry.since = now;
                entry.due = true;
            }
            long still = now - entry.since;
            if (entry.due && (still >= settled.toNanos() && opens(marks) || still >= givenUp.toNanos())) {
                entry.due = false;
                entry.told = true;
                changes.add(new Change.Appeared(source));
            }
        });
        return changes;
    }

    private Map<Path, List<Mark>> present() {
        Map<Path, List<Mark>> present = new TreeMap<>();
        if (!Files.isDirectory(folder)) {
            return present;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (Staging.isJar(file) || isFolder(file)) {
                    mark(file, present);
                }
            }
        } catch (IOException e) {
            // the folder itself goes away while it is read: the next look finds out
            return present;
        }
        return present;
    }

    private static boolean isFolder(Path file) {
        return Files.isDirectory(file) && !file.getFileName().toString().startsWith(".");
    }

    private static void mark(Path source, Map<Path, List<Mark>> present) {
        try {
            List<Mark> marks = new ArrayList<>();
            for (Path jar : Staging.jars(source)) {
                BasicFileAttributes attributes = Files.readAttributes(jar, BasicFileAttributes.class);
                marks.add(new Mark(jar, attributes.size(), attributes.lastModifiedTime().toMillis(), String.valueOf(attributes.fileKey())));
            }
            if (!marks.isEmpty()) {
                present.put(source, marks);
            }
        } catch (IOException e) {
            // it went away between two calls: not present
            present.remove(source);
        }
    }

    private static boolean opens(List<Mark> marks) {
        for (Mark mark : marks) {
            try (ZipFile zip = new ZipFile(mark.jar().toFile())) {
                if (zip.size() == 0) {
                    return false;
                }
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
