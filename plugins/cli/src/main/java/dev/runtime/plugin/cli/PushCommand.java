package dev.runtime.plugin.cli;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.plugin.cli.client.Clients;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code runtime push MODEL}: sends a model to a registry. */
public final class PushCommand implements Command {
    /** Creates the command. */
    public PushCommand() {}

    @Override
    public String name() {
        return "push";
    }

    @Override
    public String summary() {
        return "Push a model to a registry";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this).flag("--insecure", "allow a registry without encryption")
                .operands("MODEL", "1", "the model's name with its registry and namespace").variables("OLLAMA_HOST");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        String model = parsed.get().operands().getFirst();
        try {
            Transfer.follow(Clients.api(context), "/api/push", Map.of("model", model, "insecure", parsed.get().has("--insecure")), context);
        } catch (RuntimeFailure e) {
            throw denied(e) ? new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, "you are not authorised to push to '" + model
                    + "'; copy the model to a name in a namespace of yours first: runtime cp " + model + " NAME", e) : e;
        }
        context.out().println("\nYou can find your model at:\n\n\t" + place(model));
        return 0;
    }

    private static boolean denied(RuntimeFailure failure) {
        String text = failure.getMessage().toLowerCase(Locale.ROOT);
        return text.contains("access denied") || text.contains("unauthorized");
    }

    /** Where people look at a model: a page for the default registry, elsewhere its name. */
    static String place(String model) {
        String[] parts = model.split("/");
        boolean official = parts.length < 3 || parts[0].endsWith("ollama.ai") || parts[0].endsWith("ollama.com");
        if (!official) {
            return model;
        }
        String path = parts.length < 3 ? model : model.substring(model.indexOf('/') + 1);
        return "https://ollama.com/" + (path.endsWith(":latest") ? path.substring(0, path.lastIndexOf(':')) : path);
    }
}
