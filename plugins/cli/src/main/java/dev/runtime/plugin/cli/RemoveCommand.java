package dev.runtime.plugin.cli;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.plugin.cli.client.Clients;
import dev.runtime.plugin.cli.client.NativeApi;
import dev.runtime.plugin.cli.client.RemoteClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code runtime rm MODEL...}: deletes models from the store, in order, up to the first that fails. */
public final class RemoveCommand implements Command {
    /** Creates the command. */
    public RemoveCommand() {}

    @Override
    public String name() {
        return "rm";
    }

    @Override
    public String summary() {
        return "Remove models";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this).operands("MODEL", "1..*", "models to delete").variables("OLLAMA_HOST");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        NativeApi api = Clients.api(context);
        for (String model : parsed.get().operands()) {
            unload(api, model, context);
            api.call("DELETE", "/api/delete", Map.of("model", model));
            context.out().println("deleted '" + model + "'");
        }
        return 0;
    }

    private static void unload(NativeApi api, String model, CommandContext context) {
        try {
            new RemoteClient(api).stop(model);
        } catch (RuntimeFailure e) {
            if (e.code() != ErrorCode.MODEL_NOT_FOUND) {
                context.err().println("Warning: unable to stop model '" + model + "'");
            }
        }
    }
}
