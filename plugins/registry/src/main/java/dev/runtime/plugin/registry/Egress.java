package dev.runtime.plugin.registry;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The way out: connections to what the guard lets through.
 *
 * @param guard the guard
 * @param proxy a proxy for encrypted connections
 * @param key what requests for tokens are signed with
 */
record Egress(EgressGuard guard, Optional<Origin> proxy, Optional<SigningKey> key) implements Wire.Route {
    private static final int LONGEST_REPLY = 16 << 10;

    @Override
    public Socket connect(Origin target, Cancellation cancellation) throws IOException {
        if (proxy.isPresent() && target.secure()) {
            // the proxy resolves the name, and whoever set it up decides what it reaches
            guard.checkScheme(target);
            return tunnel(proxy.get(), target, cancellation);
        }
        return Wire.connect(target, guard.check(target), cancellation);
    }

    private static Socket tunnel(Origin proxy, Origin target, Cancellation cancellation) throws IOException {
        Socket socket = Wire.plain(new InetSocketAddress(proxy.host(), proxy.port()), cancellation);
        try {
            String name = (target.host().indexOf(':') >= 0 ? "[" + target.host() + "]" : target.host()) + ":" + target.port();
            socket.getOutputStream().write(("CONNECT " + name + " HTTP/1.1\r\nHost: " + name + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            int[] left = {LONGEST_REPLY};
            long deadline = System.nanoTime() + Wire.SILENCE * 1_000_000L;
            String first = Wire.line(in, left, deadline);
            if (!first.matches("HTTP/1\\.[01] 200( .*)?")) {
                throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, "the proxy does not connect to " + target.host() + ": " + Wire.shown(first));
            }
            while (!Wire.line(in, left, deadline).isEmpty()) {
                // headers of the proxy say nothing that matters
            }
            return Wire.encrypted(socket, target, cancellation);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
