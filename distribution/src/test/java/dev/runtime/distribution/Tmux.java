package dev.runtime.distribution;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** A command of the image at a terminal that a test types on and looks at; needs the program {@code tmux}. */
final class Tmux implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long LOOK_NANOS = 50_000_000;

    private final String socket = "runtime-" + UUID.randomUUID();
    private final Path home;

    /** Starts a command in a terminal of a size; when the command ends, its status is shown. */
    Tmux(Path home, Map<String, String> environment, int columns, int rows, String... arguments) {
        this.home = home;
        ProcessBuilder builder = Image.builder(home, environment, arguments);
        String command = String.join(" ", builder.command().stream().map(word -> "'" + word + "'").toList());
        List<String> tmux = new ArrayList<>(tmux("-f", "/dev/null", "new-session", "-d", "-x", "" + columns, "-y", "" + rows,
                command + "; echo \"ended with $?\"; cat"));
        builder.environment().put("LANG", "C.UTF-8");
        builder.environment().remove("TMUX");
        builder.command(tmux).redirectErrorStream(true);
        Image.Finished started = Image.execute(builder, "");
        if (started.status() != 0) {
            throw new AssertionError("tmux did not start: " + started.out());
        }
    }

    private List<String> tmux(String... words) {
        List<String> command = new ArrayList<>(List.of("tmux", "-u", "-L", socket));
        command.addAll(List.of(words));
        return command;
    }

    /** Types a text as it is. */
    void type(String text) {
        Image.program(home, tmux("send-keys", "-l", text));
    }

    /** Presses keys by their names: Enter, Up, C-c. */
    void press(String... keys) {
        List<String> command = new ArrayList<>(tmux("send-keys"));
        command.addAll(List.of(keys));
        Image.program(home, command);
    }

    /** Returns what is on the screen and above it, without blanks at the ends of lines and without empty lines at the end. */
    String screen() {
        return Image.program(home, tmux("capture-pane", "-p", "-S", "-")).replaceAll("(?m) +$", "").stripTrailing();
    }

    /** Looks until the screen is as wanted, and returns it. */
    String await(Predicate<String> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String screen = screen();
            if (wanted.test(screen)) {
                return screen;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the screen did not become as wanted:\n" + screen);
            }
            // each look is a process: without a pause they would take the processor from what is looked at
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    @Override
    public void close() {
        Image.execute(new ProcessBuilder(tmux("kill-server")).redirectErrorStream(true), "");
    }
}
