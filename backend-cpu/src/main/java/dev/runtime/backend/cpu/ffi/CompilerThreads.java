package dev.runtime.backend.cpu.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
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
    /** The system property with their niceness, 1 to 19; without it they stay as Java made them. */
    public static final String PROPERTY = "runtime.cpu.compiler.nice";

    private static final Path TASKS = Path.of("/proc/self/task");
    private static final int PRIO_PROCESS = 0;

    /** How the names begin, of which Linux keeps 15 bytes: the compiler, and what hands it the methods of an ahead-of-time cache. */
    private static final List<String> NAMES = List.of("C2 CompilerThre", "Training replay");

    private CompilerThreads() {}

    /**
     * Has them stand back as the property says. Nothing happens without it, on other systems, or where Linux does not let a thread be asked.
     *
     * @throws IllegalArgumentException if the property is no niceness
     */
    public static void standBack() {
        Integer niceness = Integer.getInteger(PROPERTY);
        if (niceness == null) {
            return;
        }
        if (niceness < 1 || niceness > 19) {
            throw new IllegalArgumentException("-D" + PROPERTY + "=" + niceness + ": niceness is 1 to 19");
        }
        Optional<MethodHandle> setPriority = Pages.function("setpriority", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
        if (setPriority.isPresent()) {
            for (int thread : find()) {
                try {
                    int ignored = (int) setPriority.get().invokeExact(PRIO_PROCESS, thread, (int) niceness);
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
