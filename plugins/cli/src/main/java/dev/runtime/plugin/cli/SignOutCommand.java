package dev.runtime.plugin.cli;

import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.plugin.cli.client.Clients;
import java.util.List;
import java.util.Optional;

/** {@code runtime signout}: signs out of the cloud of the server that answers. */
public final class SignOutCommand implements Command {
    /** Creates the command. */
    public SignOutCommand() {}

    @Override
    public String name() {
        return "signout";
    }

    @Override
    public List<String> aliases() {
        return List.of("logout");
    }

    @Override
    public String summary() {
        return "Sign out of the server's cloud";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this).variables("OLLAMA_HOST");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        boolean signedOut = !Clients.api(context).account("/api/signout").has("error");
        context.out().println(signedOut ? "You have signed out" : "You are not signed in");
        return 0;
    }
}
