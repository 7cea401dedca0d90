package dev.runtime.api.command;

import dev.runtime.api.Extension;
import dev.runtime.api.Stable;
import java.util.List;

/**
 * A subcommand of the {@code runtime} binary.
 *
 * <p>Name, aliases and summary answer before {@link #start}: the binary starts only the command that it runs.
 */
@Stable
public interface Command extends Extension {
    /** Returns the word that calls it, lower case. */
    String name();

    /** (optional) Returns other words that call it; none by default. */
    default List<String> aliases() {
        return List.of();
    }

    /** Returns one line for the list of commands. */
    String summary();

    /**
     * Runs the command.
     *
     * @param arguments what stood after the command's name
     * @return the exit status: 0 for success, 1 for a failure, 2 for wrong usage, 130 after an interrupt
     * @throws dev.runtime.api.RuntimeFailure printed as one line {@code Error: ...}; the exit status is then 1
     */
    int run(List<String> arguments, CommandContext context) throws Exception;
}
