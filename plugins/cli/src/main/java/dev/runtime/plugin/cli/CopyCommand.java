package dev.runtime.plugin.cli;

import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.plugin.cli.client.Clients;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code runtime cp SOURCE DESTINATION}: gives a model a second name. */
public final class CopyCommand implements Command {
    /** Creates the command. */
    public CopyCommand() {}

    @Override
    public String name() {
        return "cp";
    }

    @Override
    public String summary() {
        return "Copy a model";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this).operands("SOURCE DESTINATION", "2", "the model, and its second name").variables("OLLAMA_HOST");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        String source = parsed.get().operands().get(0);
        String destination = parsed.get().operands().get(1);
        Clients.api(context).call("POST", "/api/copy", Map.of("source", source, "destination", destination));
        context.out().println("copied '" + source + "' to '" + destination + "'");
        return 0;
    }
}
