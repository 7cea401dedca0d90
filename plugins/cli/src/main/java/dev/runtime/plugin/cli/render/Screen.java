package dev.runtime.plugin.cli.render;

import dev.runtime.api.command.CommandContext;
import java.io.IOException;
import java.util.function.IntSupplier;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalProvider;

/**
 * What a stream of the process shows on.
 *
 * @param terminal whether it is a terminal: colours and moves of the cursor are for those only
 * @param width asked for its columns each time, since people resize windows; meaningless where there is no terminal
 */
public record Screen(boolean terminal, IntSupplier width) {
    private static final int FALLBACK_COLUMNS = 80;

    /** Returns what standard output shows on. */
    public static Screen output(CommandContext context) {
        return of(context.interactiveOutput(), context, SystemStream.Output);
    }

    /** Returns what standard error shows on. */
    public static Screen error(CommandContext context) {
        return of(context.interactiveError(), context, SystemStream.Error);
    }

    /** Returns a screen without a terminal. */
    public static Screen none() {
        return new Screen(false, () -> FALLBACK_COLUMNS);
    }

    /** Returns the columns now. */
    public int columns() {
        return width.getAsInt();
    }

    private static Screen of(boolean terminal, CommandContext context, SystemStream stream) {
        if (!terminal) {
            return none();
        }
        String given = context.environment().getOrDefault("COLUMNS", "");
        if (given.matches("[1-9]\\d{0,3}")) {
            int columns = Integer.parseInt(given);
            return new Screen(true, () -> columns);
        }
        return new Screen(true, measure(stream));
    }

    /** Asks the terminal's driver; the terminal library is loaded here and not before. */
    private static IntSupplier measure(SystemStream stream) {
        try {
            TerminalProvider provider = TerminalProvider.load("ffm");
            return () -> {
                int columns = provider.systemStreamWidth(stream);
                return columns > 0 ? columns : FALLBACK_COLUMNS;
            };
        } catch (IOException e) {
            return () -> FALLBACK_COLUMNS;
        }
    }
}
