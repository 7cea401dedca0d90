package dev.runtime.plugin.cli;

import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.plugin.cli.client.Clients;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code runtime pull MODEL}: fetches a model from a registry. */
public final class PullCommand implements Command {
    /** Creates the command. */
    public PullCommand() {}

    @Override
    public String name() {
        return "pull";
    }

    @Override
    public String summary() {
        return "Pull a model from a registry";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this).flag("--insecure", "allow a registry without encryption")
                .operands("MODEL", "1", "the model's name, such as qwen3:4b or hf.co/owner/name:Q4_K_M").variables("OLLAMA_HOST");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        Transfer.follow(Clients.api(context), "/api/pull",
                Map.of("model", parsed.get().operands().getFirst(), "insecure", parsed.get().has("--insecure")), context);
        return 0;
    }
}
