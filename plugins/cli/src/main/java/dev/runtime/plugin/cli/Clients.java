package dev.runtime.plugin.cli;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.CommandContext;
import dev.runtime.api.config.CoreKeys;
import java.util.Map;

/** Chooses who answers a command. */
final class Clients {
    private Clients() {}

    static HostAddress address(CommandContext context) {
        return HostAddress.parse(context.settings().string(CoreKeys.HOST));
    }

    /** Returns the running server, or the kernel in this process where none answers. */
    static ModelClient serverOrLocal(CommandContext context) {
        RemoteClient server = new RemoteClient(address(context));
        return server.alive() ? server : new LocalClient(context.runtime(Map.of()));
    }

    /** Returns the running server. */
    static ModelClient server(CommandContext context) {
        RemoteClient server = new RemoteClient(address(context));
        if (!server.alive()) {
            throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, "could not connect to a server at " + server.address().uri("")
                    + ", run 'runtime serve' to start it");
        }
        return server;
    }
}
