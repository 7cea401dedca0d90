package dev.runtime.kernel.boot;

import dev.runtime.api.ExtensionContext;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.api.config.Settings;
import dev.runtime.api.plugin.PluginInfo;
import dev.runtime.api.plugin.PluginState;
import dev.runtime.kernel.KernelOptions;
import dev.runtime.kernel.config.Nearest;
import dev.runtime.kernel.plugin.BuiltIns;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds a command by its name and runs it. Of all extensions only the commands are instantiated; the rest of the kernel starts
 * when a command asks for it.
 */
final class CommandLine {
    private static final Set<String> HELP = Set.of("help", "--help", "-h");
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private final List<Command> commands;
    private final ProcessContext context;
    private final PrintStream out;
    private final PrintStream err;

    CommandLine(List<Command> commands, ProcessContext context) {
        this.commands = commands;
        this.context = context;
        this.out = context.out();
        this.err = context.err();
    }

    /** Runs a command of this process and returns its exit status. */
    static int run(String[] arguments) {
        Logging.begin();
        KernelOptions options;
        try {
            options = KernelOptions.ofProcess();
        } catch (RuntimeFailure e) {
            System.err.println("Error: " + e.getMessage());
            return FAILED;
        }
        List<Command> commands = BuiltIns.commands(options.layer());
        try (ProcessContext context = new ProcessContext(options, commands, System.out, System.err, Signals::onTermination)) {
            return new CommandLine(commands, context).run(List.of(arguments));
        }
    }

    int run(List<String> arguments) {
        if (arguments.isEmpty() || HELP.contains(arguments.getFirst()) && arguments.size() == 1) {
            overview(out);
            return 0;
        }
        boolean help = HELP.contains(arguments.getFirst());
        String word = arguments.get(help ? 1 : 0);
        List<String> rest = help ? List.of("--help") : arguments.subList(1, arguments.size());
        try {
            Optional<Command> builtIn = find(commands, word);
            if (builtIn.isPresent()) {
                return start(builtIn.get(), rest);
            }
            // perhaps a dropped plug-in brings it: those run in the kernel, which has started them
            Optional<Command> dropped = word.startsWith("-") || !context.hasPluginFolder() ? Optional.empty()
                    : find(context.runtime(Map.of()).services().all(Command.class), word);
            return dropped.isPresent() ? dropped.get().run(rest, context) : unknown(word);
        } catch (Throwable e) {
            return failed(e);
        }
    }

    private int start(Command command, List<String> arguments) throws Exception {
        context.chosen(command);
        command.start(new Context(command, context));
        try {
            return command.run(arguments, context);
        } finally {
            command.stop();
        }
    }

    private static Optional<Command> find(List<Command> commands, String word) {
        return commands.stream().filter(each -> each.name().equals(word) || each.aliases().contains(word)).findFirst();
    }

    private int unknown(String word) {
        List<String> words = new ArrayList<>();
        for (Command command : commands) {
            words.add(command.name());
            words.addAll(command.aliases());
        }
        err.println((word.startsWith("-") ? "Error: unknown flag: " : "Error: unknown command ") + quoted(word)
                + Nearest.to(word, words).map(near -> "; did you mean " + near + "?").orElse(""));
        err.println("`runtime --help` lists the commands");
        return WRONG_USAGE;
    }

    private static String quoted(String word) {
        return word.startsWith("-") ? word : "\"" + word + "\" for \"runtime\"";
    }

    private int failed(Throwable failure) {
        if (failure instanceof RuntimeFailure known) {
            err.println("Error: " + known.getMessage());
        } else {
            err.println("Error: " + failure);
        }
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        if (context.debug()) {
            failure.printStackTrace(err);
        } else if (!(failure instanceof RuntimeFailure)) {
            err.println("This is a fault of the program; with OLLAMA_DEBUG=1 it says where");
        }
        return FAILED;
    }

    private void overview(PrintStream to) {
        to.println("runtime runs language models on this machine.");
        to.println();
        to.println("Usage:");
        to.println("  runtime [command] [flags]");
        to.println();
        to.println("Commands:");
        int width = commands.stream().mapToInt(command -> command.name().length()).max().orElse(0);
        for (Command command : commands) {
            to.println("  " + command.name() + " ".repeat(width - command.name().length() + 2) + command.summary());
        }
        to.println();
        to.println("Flags:");
        to.println("  -h, --help      help; `runtime help [command]` for one command");
        to.println("  -v, --version   version");
    }

    /** What a command outside the kernel is started with. */
    private record Context(Command command, CommandContext process) implements ExtensionContext {
        @Override
        public PluginInfo plugin() {
            Module module = command.getClass().getModule();
            return new PluginInfo(String.valueOf(module.getName()), process.version(), PluginState.STARTING, true, Duration.ZERO,
                    List.of(Command.class.getSimpleName() + ": " + command.getClass().getName()), Optional.empty());
        }

        @Override
        public Settings settings() {
            return process.settings();
        }

        @Override
        public LocalRuntime runtime() {
            return process.runtime(Map.of());
        }
    }
}
