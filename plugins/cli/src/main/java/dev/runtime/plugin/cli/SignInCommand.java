package dev.runtime.plugin.cli;

import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.plugin.cli.client.Clients;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** {@code runtime signin}: tells how to sign in to the cloud of the server that answers; the runtime's own has none. */
public final class SignInCommand implements Command {
    /** Creates the command. */
    public SignInCommand() {}

    @Override
    public String name() {
        return "signin";
    }

    @Override
    public List<String> aliases() {
        return List.of("login");
    }

    @Override
    public String summary() {
        return "Sign in to the server's cloud, if it has one";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this).variables("OLLAMA_HOST");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        JsonNode account = Clients.api(context).account("/api/me");
        String address = account.path("signin_url").asString("");
        if (!account.has("error")) {
            context.out().println("You are already signed in as user '" + account.path("name").asString("") + "'");
        } else if (address.isEmpty()) {
            context.out().println("There is nothing to sign in to: the server at " + Clients.address(context).uri("")
                    + " has no cloud, all its models run there.");
        } else {
            context.out().println("You need to be signed in to run cloud models.\n\nTo sign in, navigate to:\n    " + address + "\n");
        }
        return 0;
    }
}
