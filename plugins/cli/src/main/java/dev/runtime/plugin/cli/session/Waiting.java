package dev.runtime.plugin.cli.session;

import dev.runtime.api.command.CommandContext;
import dev.runtime.api.event.Events;
import dev.runtime.plugin.cli.client.ModelClient;
import dev.runtime.plugin.cli.progress.Progress;
import dev.runtime.plugin.cli.progress.Spinner;
import dev.runtime.plugin.cli.render.Screen;
import java.util.function.Consumer;

/** A turning sign at a terminal for as long as nothing else is to be seen, with what is loaded of a model before it. */
public final class Waiting implements AutoCloseable {
    private final Progress display;

    private final Events.Subscription loading;

    private Waiting(Progress display, Events.Subscription loading) {
        this.display = display;
        this.loading = loading;
    }

    /** Begins to wait; in a pipe nothing is shown. */
    public static Waiting begin(CommandContext context, ModelClient client) {
        Screen screen = Screen.error(context);
        Progress display = Progress.on(context.err(), screen);
        if (!screen.terminal()) {
            return new Waiting(display, () -> { });
        }
        Spinner sign = display.spinner("");
        return new Waiting(display, client.loading(percent -> sign.message(percent < 100 ? "loading " + percent + "%" : "")));
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
        loading.close();
        display.clear();
    }
}
