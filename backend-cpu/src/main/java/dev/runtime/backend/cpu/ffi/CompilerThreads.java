package dev.runtime.backend.cpu.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The threads of the JVM's optimising compiler, which take a core for most of the first second of a server, just when the first model loads.
 * Native kernels gain nothing from them, so they may stand back. Only Linux gives threads a niceness of their own.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/setpriority.2.html">setpriority(2)</a>
 */
public final class CompilerThreads {
    /** The system property with their niceness, 0 to 19; without it they stay as Java made them. */
    public static final String PROPERTY = "runtime.cpu.compiler.nice";

    private static final System.Logger LOG = System.getLogger(CompilerThreads.class.getName());

    private static final Path TASKS = Path.of("/proc/self/task");
    private static final int PRIO_PROCESS = 0;

    /** How the names begin, of which Linux keeps 15 bytes: the compiler, and what hands it the methods of an ahead-of-time cache. */
    private static final List<String> NAMES = List.of("C2 CompilerThre", "Training replay");

    private CompilerThreads() {}

    /** Has them stand back as the property says; the log tells of a value that is none. Nothing happens without it, or on other systems. */
    public static void standBack() {
        String asked = System.getProperty(PROPERTY);
        if (asked == null) {
            return;
        }
        if (!asked.matches("1?[0-9]")) {
            LOG.log(Level.WARNING, "-D{0}={1} is no niceness; those are 0 to 19", PROPERTY, asked);
            return;
        }
        int niceness = Integer.parseInt(asked);
        Optional<MethodHandle> setPriority = Pages.function("setpriority", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
        if (setPriority.isPresent()) {
            for (int thread : find()) {
                try {
                    int ignored = (int) setPriority.get().invokeExact(PRIO_PROCESS, thread, niceness);
                } catch (Throwable e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** Returns the numbers that Linux gave these threads; empty elsewhere. */
    static List<Integer> find() {
        List<Integer> found = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                if (isOne(task)) {
                    found.add(Integer.valueOf(task.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return found;
    }

    private static boolean isOne(Path task) throws IOException {
        try {
            return NAMES.contains(Files.readString(task.resolve("comm")).strip());
        } catch (NoSuchFileException e) {
            return false; // it has ended meanwhile
        }
    }
}
