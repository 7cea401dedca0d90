package dev.runtime.plugin.cli;

import dev.runtime.api.Cancellation;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.api.config.ConfigKey;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.config.Settings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A command's surroundings without a terminal. Unless a kernel is given there is none, so commands must reach a server. */
final class FakeContext implements CommandContext {
    private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(outBytes, false, StandardCharsets.UTF_8);
    private final PrintStream err = new PrintStream(errBytes, false, StandardCharsets.UTF_8);
    private final Cancellation termination = new Cancellation();
    private final String host;
    private final String input;
    private final Optional<LocalRuntime> runtime;

    FakeContext(String host, String input) {
        this(host, input, Optional.empty());
    }

    /** Creates surroundings with a kernel and without a server. */
    FakeContext(LocalRuntime runtime, String input) {
        this("127.0.0.1:1", input, Optional.of(runtime));
    }

    private FakeContext(String host, String input, Optional<LocalRuntime> runtime) {
        this.host = host;
        this.input = input;
        this.runtime = runtime;
    }

    String output() {
        out.flush();
        return outBytes.toString(StandardCharsets.UTF_8);
    }

    String errors() {
        err.flush();
        return errBytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public String version() {
        return "1.2.3";
    }

    @Override
    public List<Command> commands() {
        return List.of();
    }

    @Override
    public Settings settings() {
        return new HostOnly(host);
    }

    @Override
    public LocalRuntime runtime(Map<String, String> flags) {
        return runtime.orElseThrow(() -> new AssertionError("the command did not use the running server"));
    }

    @Override
    public InputStream in() {
        return new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
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
        return false;
    }

    @Override
    public boolean interactiveOutput() {
        return false;
    }

    @Override
    public Map<String, String> environment() {
        return Map.of();
    }

    @Override
    public Cancellation termination() {
        return termination;
    }

    /** Knows the address of the server and nothing else. */
    private record HostOnly(String host) implements Settings {
        @Override
        public Optional<String> find(ConfigKey key) {
            return key.equals(CoreKeys.HOST) ? Optional.of(host) : Optional.empty();
        }

        @Override
        public List<Entry> entries() {
            return List.of(new Entry(CoreKeys.HOST, host, Source.FLAG), new Entry(CoreKeys.MODELS, "", Source.DEFAULT));
        }

        @Override
        public String string(ConfigKey key) {
            return find(key).orElseThrow();
        }

        @Override
        public boolean flag(ConfigKey key) {
            throw new AssertionError(key);
        }

        @Override
        public long integer(ConfigKey key) {
            throw new AssertionError(key);
        }

        @Override
        public double number(ConfigKey key) {
            throw new AssertionError(key);
        }

        @Override
        public Duration duration(ConfigKey key) {
            throw new AssertionError(key);
        }

        @Override
        public long bytes(ConfigKey key) {
            throw new AssertionError(key);
        }

        @Override
        public List<String> list(ConfigKey key) {
            throw new AssertionError(key);
        }

        @Override
        public Path path(ConfigKey key) {
            throw new AssertionError(key);
        }
    }
}
