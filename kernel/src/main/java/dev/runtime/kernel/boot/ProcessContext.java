package dev.runtime.kernel.boot;

import dev.runtime.api.Cancellation;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.config.Settings;
import dev.runtime.kernel.Kernel;
import dev.runtime.kernel.KernelOptions;
import dev.runtime.kernel.Version;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** This process as commands see it; closes the kernel if one was started. */
final class ProcessContext implements CommandContext, AutoCloseable {
    /** The command that serves others: it tells what it does, where other commands only tell what goes wrong. */
    private static final String SERVER = "serve";

    private final KernelOptions options;
    private final List<Command> commands;
    private final Consumer<Runnable> signals;
    private final PrintStream out;
    private final PrintStream err;
    private final Cancellation termination = new Cancellation();
    private boolean watchingSignals;
    private boolean server;
    private Optional<Kernel> kernel = Optional.empty();
    private Optional<Settings> settings = Optional.empty();

    /**
     * Creates.
     *
     * @param signals is given, when a command first cares, what to run when the process is asked to end
     */
    ProcessContext(KernelOptions options, List<Command> commands, PrintStream out, PrintStream err, Consumer<Runnable> signals) {
        this.signals = signals;
        this.options = options;
        this.commands = List.copyOf(commands);
        this.out = out;
        this.err = err;
    }

    /** Learns which command runs. */
    void chosen(Command command) {
        server = command.name().equals(SERVER);
    }

    boolean hasPluginFolder() {
        return options.pluginFolder(settings()).filter(Files::isDirectory).isPresent();
    }

    boolean debug() {
        try {
            return settings().flag(CoreKeys.DEBUG);
        } catch (RuntimeFailure e) {
            // the configuration itself may be what failed
            return !options.environment().getOrDefault(CoreKeys.DEBUG.environment().getFirst(), "").isBlank();
        }
    }

    @Override
    public synchronized LocalRuntime runtime(Map<String, String> flags) {
        if (kernel.isEmpty()) {
            watchSignals();
            KernelOptions all = options.withFlags(flags);
            Logging.level(Kernel.settings(all).flag(CoreKeys.DEBUG), server);
            kernel = Optional.of(Kernel.open(all));
        }
        return kernel.get();
    }

    @Override
    public synchronized Cancellation termination() {
        watchSignals();
        return termination;
    }

    private void watchSignals() {
        if (!watchingSignals) {
            watchingSignals = true;
            signals.accept(termination::cancel);
        }
    }

    @Override
    public synchronized void close() {
        kernel.ifPresent(Kernel::close);
        kernel = Optional.empty();
    }

    @Override
    public String version() {
        return Version.text();
    }

    @Override
    public List<Command> commands() {
        return commands;
    }

    @Override
    public synchronized Settings settings() {
        if (settings.isEmpty()) {
            settings = Optional.of(Kernel.settings(options));
        }
        return settings.get();
    }

    @Override
    public InputStream in() {
        return System.in;
    }

    @Override
    public PrintStream out() {
        return out;
    }

    @Override
    public PrintStream err() {
        return err;
    }

    @Override
    public boolean interactiveInput() {
        return StandardStream.INPUT.isTerminal();
    }

    @Override
    public boolean interactiveOutput() {
        return StandardStream.OUTPUT.isTerminal();
    }

    @Override
    public boolean interactiveError() {
        return StandardStream.ERROR.isTerminal();
    }

    @Override
    public Map<String, String> environment() {
        return options.environment();
    }
}
