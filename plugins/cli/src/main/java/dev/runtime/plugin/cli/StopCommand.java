package dev.runtime.plugin.cli;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.plugin.cli.client.Clients;
import java.util.List;
import java.util.Optional;

/** {@code runtime stop MODEL}: lets the server unload a model. */
public final class StopCommand implements Command {
    /** Creates the command. */
    public StopCommand() {}

    @Override
    public String name() {
        return "stop";
    }

    @Override
    public String summary() {
        return "Stop a running model";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this).operands("MODEL", "1", "the model to unload").variables("OLLAMA_HOST");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        String model = RunCommand.reference(parsed.get().operands().getFirst());
        try {
            Clients.server(context).stop(model);
        } catch (RuntimeFailure e) {
            throw e.code() == ErrorCode.MODEL_NOT_FOUND
                    ? new RuntimeFailure(e.code(), "couldn't find model \"" + model + "\" to stop", e) : e;
        }
        return 0;
    }
}
