package dev.runtime.plugin.cli.client;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.CommandContext;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.http.HttpService;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;

/** Chooses who answers a command. */
public final class Clients {
    private Clients() {}

    /** Returns where the server of this configuration is, or would be. */
    public static HostAddress address(CommandContext context) {
        return HostAddress.parse(context.settings().string(CoreKeys.HOST));
    }

    /**
     * Returns the running server, or the kernel in this process where none answers.
     *
     * @throws RuntimeFailure with {@code upstream.failed} if a server on another machine is configured and does not answer
     */
    public static ModelClient serverOrLocal(CommandContext context) {
        NativeApi server = new NativeApi(address(context));
        return server.alive() ? new RemoteClient(server) : new LocalClient(inThisProcess(context, server));
    }

    /** Returns the running server. */
    public static RemoteClient server(CommandContext context) {
        NativeApi server = new NativeApi(address(context));
        if (!server.alive()) {
            throw unreachable(server);
        }
        return new RemoteClient(server);
    }

    /**
     * Returns the native API of the running server, or of one inside this process, on a port of its own and only for as long as the
     * command runs: what changes the store needs no daemon either.
     */
    public static NativeApi api(CommandContext context) {
        NativeApi server = new NativeApi(address(context));
        if (server.alive()) {
            return server;
        }
        HttpService http = inThisProcess(context, server).http();
        InetSocketAddress own = http.address().orElseGet(() -> http.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        return new NativeApi(new HostAddress("http", own.getAddress().getHostAddress(), own.getPort(), ""));
    }

    private static LocalRuntime inThisProcess(CommandContext context, NativeApi server) {
        if (!server.address().onThisMachine()) {
            throw unreachable(server);
        }
        return context.runtime(Map.of());
    }

    private static RuntimeFailure unreachable(NativeApi server) {
        return new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, "could not connect to a server at " + server.address().uri("")
                + ", run 'runtime serve' to start it");
    }
}
