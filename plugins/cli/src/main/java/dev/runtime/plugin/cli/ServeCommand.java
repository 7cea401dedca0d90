package dev.runtime.plugin.cli;

import dev.runtime.api.LocalRuntime;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.plugin.cli.client.HostAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** {@code runtime serve}: answers over HTTP until the process is asked to end. */
public final class ServeCommand implements Command {
    /** Creates the command. */
    public ServeCommand() {}

    @Override
    public String name() {
        return "serve";
    }

    @Override
    public List<String> aliases() {
        return List.of("start");
    }

    @Override
    public String summary() {
        return "Start the server";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) throws InterruptedException {
        Options options = new Options(this)
                .value("--host", "[HOST][:PORT]", "where to listen, over OLLAMA_HOST")
                .value("--device", "NAME", "backend or device to run models on: cpu, cuda, vulkan, metal")
                .variables("OLLAMA_DEBUG", "OLLAMA_HOST", "OLLAMA_CONTEXT_LENGTH", "OLLAMA_KEEP_ALIVE", "OLLAMA_MAX_LOADED_MODELS", "OLLAMA_MAX_QUEUE", "OLLAMA_MODELS", "OLLAMA_NUM_PARALLEL", "OLLAMA_NOPRUNE", "OLLAMA_ORIGINS", "OLLAMA_KV_CACHE_TYPE", "OLLAMA_LOAD_TIMEOUT");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        Map<String, String> flags = new HashMap<>();
        parsed.get().value("--host").ifPresent(host -> flags.put(CoreKeys.HOST.name(), host));
        parsed.get().value("--device").ifPresent(device -> flags.put(CoreKeys.DEVICE.name(), device));
        LocalRuntime runtime = context.runtime(flags);
        InetSocketAddress address = runtime.http().listen(HostAddress.parse(runtime.settings().string(CoreKeys.HOST)).bindAddress());
        // what a crash or an upload that nobody used left in the store
        Thread.ofVirtual().name("tidy the store").start(runtime.library()::tidy);
        String host = address.getAddress().getHostAddress();
        context.err().println("Listening on http://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort()
                + " (version " + context.version() + ")");
        CountDownLatch end = new CountDownLatch(1);
        context.termination().onCancel(end::countDown);
        end.await();
        runtime.http().stop();
        return 0;
    }
}
