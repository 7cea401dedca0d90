package dev.runtime.api.command;

import dev.runtime.api.Cancellation;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.Stable;
import dev.runtime.api.config.Settings;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** What a command works with. */
@Stable
public interface CommandContext {
    /** Returns the version of the runtime. */
    String version();

    /** Returns all commands, for help. */
    List<Command> commands();

    /** Returns the effective configuration; cheap, the kernel is not started. */
    Settings settings();

    /**
     * Starts the kernel in this process at the first call, and returns it. The caller does not close it: that happens when the
     * command ends.
     *
     * @param flags configuration by key name that overrides all other layers; counts at the first call only
     */
    LocalRuntime runtime(Map<String, String> flags);

    /** Returns standard input. */
    InputStream in();

    /** Returns standard output. */
    PrintStream out();

    /** Returns standard error. */
    PrintStream err();

    /** Tells whether input comes from a terminal. */
    boolean interactiveInput();

    /** Tells whether output goes to a terminal. */
    boolean interactiveOutput();

    /** (optional) Tells whether standard error goes to a terminal; as standard output by default. */
    default boolean interactiveError() {
        return interactiveOutput();
    }

    /** Returns the environment. */
    Map<String, String> environment();

    /** Returns the signal that is cancelled when the process is asked to end. */
    Cancellation termination();
}
