package dev.runtime.plugin.cli.session;

import dev.runtime.api.command.CommandContext;
import dev.runtime.plugin.cli.progress.Progress;
import dev.runtime.plugin.cli.render.Screen;
import java.util.function.Consumer;

/** A turning sign at a terminal for as long as nothing else is to be seen. */
public final class Waiting implements AutoCloseable {
    private final Progress display;

    private Waiting(Progress display) {
        this.display = display;
    }

    /** Begins to wait; in a pipe nothing is shown. */
    public static Waiting begin(CommandContext context) {
        Screen screen = Screen.error(context);
        Progress display = Progress.on(context.err(), screen);
        if (screen.terminal()) {
            display.spinner("");
        }
        return new Waiting(display);
    }

    /** Returns a consumer before which the sign goes away. */
    public <T> Consumer<T> until(Consumer<T> consumer) {
        return event -> {
            display.clear();
            consumer.accept(event);
        };
    }

    @Override
    public void close() {
        display.clear();
    }
}
