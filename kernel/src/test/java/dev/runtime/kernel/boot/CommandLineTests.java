package dev.runtime.kernel.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.ExtensionContext;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.kernel.KernelOptions;
import dev.runtime.kernel.plugin.PluginJar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTests {
    @TempDir
    Path temp;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<String> said = new ArrayList<>();
    private final List<Runnable> asked = new ArrayList<>();
    private Map<String, String> environment = Map.of();

    private int run(Body body, String... arguments) {
        List<Command> commands = List.of(new Fake("list", List.of("ls"), body), new Fake("run", List.of(), body));
        KernelOptions options = KernelOptions.isolated().withFlag(CoreKeys.MODELS, temp.toString()).withEnvironment(environment);
        try (ProcessContext context = new ProcessContext(options, commands, new PrintStream(out, true), new PrintStream(err, true),
                asked::add)) {
            return new CommandLine(commands, context).run(List.of(arguments));
        }
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void nothingAndHelpListTheCommands() {
        for (String[] arguments : new String[][] {{}, {"--help"}, {"-h"}, {"help"}}) {
            out.reset();
            assertEquals(0, run((_, _) -> 9, arguments));
            assertTrue(out().contains("  list  does list\n  run   does run\n"), out());
        }
        assertEquals(List.of(), said);
    }

    @Test
    void aCommandIsStartedRunAndStopped() {
        assertEquals(7, run((arguments, _) -> {
            said.add("run " + arguments);
            return 7;
        }, "run", "a", "--b"));
        assertEquals(List.of("start run", "run [a, --b]", "stop run"), said);
    }

    @Test
    void anAliasAndHelpOfOneCommandReachIt() {
        run((arguments, _) -> {
            said.add(arguments.toString());
            return 0;
        }, "ls");
        run((arguments, _) -> {
            said.add(arguments.toString());
            return 0;
        }, "help", "run");
        assertEquals(List.of("start list", "[]", "stop list", "start run", "[--help]", "stop run"), said);
    }

    @Test
    void anUnknownWordIsWrongUsageWithASuggestion() {
        assertEquals(2, run((_, _) -> 0, "lst"));
        assertTrue(err().startsWith("Error: unknown command \"lst\" for \"runtime\"; did you mean list?"), err());
        err.reset();
        assertEquals(2, run((_, _) -> 0, "--nope"));
        assertTrue(err().startsWith("Error: unknown flag: --nope"), err());
        assertEquals("", out());
    }

    @Test
    void aFailureIsOneLineAndStopsTheCommand() {
        assertEquals(1, run((_, _) -> {
            throw new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND, "model 'x' not found");
        }, "run"));
        assertEquals("Error: model 'x' not found\n", err());
        assertEquals(List.of("start run", "stop run"), said);
    }

    @Test
    void aFaultSaysHowToLearnMoreAndDebuggingShowsWhere() {
        Body fault = (_, _) -> {
            throw new IllegalStateException("oops");
        };
        assertEquals(1, run(fault, "run"));
        assertTrue(err().startsWith("Error: java.lang.IllegalStateException: oops\n"), err());
        assertFalse(err().contains("\tat "), err());
        err.reset();
        environment = Map.of("OLLAMA_DEBUG", "1");
        assertEquals(1, run(fault, "run"));
        assertTrue(err().contains("\tat "), err());
    }

    @Test
    void theKernelOpensOnceAndClosesWithTheCommand() {
        LocalRuntime[] seen = new LocalRuntime[1];
        assertEquals(0, run((_, context) -> {
            LocalRuntime runtime = context.runtime(Map.of(CoreKeys.MODELS.name(), temp.toString(), CoreKeys.MAX_QUEUE.name(), "3"));
            assertSame(runtime, context.runtime(Map.of()));
            assertEquals(3, runtime.settings().integer(CoreKeys.MAX_QUEUE));
            seen[0] = runtime;
            return 0;
        }, "run"));
        assertEquals(List.of(), seen[0].plugins().list());
    }

    @Test
    void aSignalCancelsTheTermination() {
        assertEquals(3, run((_, context) -> {
            assertFalse(context.termination().cancelled());
            asked.forEach(Runnable::run);
            return context.termination().cancelled() ? 3 : 4;
        }, "run"));
        assertEquals(1, asked.size());
    }

    @Test
    void aDroppedPluginBringsACommand() throws IOException {
        Path plugins = Files.createDirectory(temp.resolve("plugins"));
        PluginJar.of("module org.hello { requires dev.runtime.api; provides dev.runtime.api.command.Command with org.hello.Hello; }")
                .source("org.hello.Hello", """
                        import dev.runtime.api.command.*;
                        public class Hello implements Command {
                            public String name() { return "hello"; }
                            public String summary() { return "says hello"; }
                            public int run(java.util.List<String> arguments, CommandContext context) {
                                context.out().print("hello " + arguments);
                                return 5;
                            }
                        }""").write(plugins.resolve("hello.jar"));
        environment = Map.of("RUNTIME_PLUGINS", plugins.toString(), "OLLAMA_MODELS", temp.toString());
        assertEquals(5, run((_, _) -> 0, "hello", "you"));
        assertEquals("hello [you]", out());
        assertEquals(2, run((_, _) -> 0, "hullo"));
    }

    private interface Body {
        int run(List<String> arguments, CommandContext context) throws Exception;
    }

    private final class Fake implements Command {
        private final String name;
        private final List<String> aliases;
        private final Body body;

        Fake(String name, List<String> aliases, Body body) {
            this.name = name;
            this.aliases = aliases;
            this.body = body;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public List<String> aliases() {
            return aliases;
        }

        @Override
        public String summary() {
            return "does " + name;
        }

        @Override
        public void start(ExtensionContext context) {
            said.add("start " + name);
        }

        @Override
        public void stop() {
            said.add("stop " + name);
        }

        @Override
        public int run(List<String> arguments, CommandContext context) throws Exception {
            return body.run(arguments, context);
        }
    }
}
