package dev.runtime.plugin.registry;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.source.ModelAddress;
import dev.runtime.api.source.ModelSource.Blob;
import dev.runtime.api.source.ModelSource.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/** A model in a registry. */
final class RegistryRepository implements Repository {
    static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final int LONGEST_MANIFEST = 8 << 20;
    private static final int CHUNK = 256 << 10;
    /** Slower than this for as long as a silence may last is as good as silent, in bytes per second. */
    private static final long SLOWEST = 1024;

    private final URI base;
    private final ModelAddress address;
    private final RegistryClient client;
    private final Uploads uploads;

    RegistryRepository(URI base, ModelAddress address, Egress egress) {
        this.base = base;
        this.address = address;
        this.client = new RegistryClient(Origin.of(base), egress);
        this.uploads = new Uploads(base, address, client);
    }

    @Override
    public byte[] manifest(Cancellation cancellation) throws IOException {
        try (Wire reply = client.send(Wire.Request.of("GET", manifest(), Map.of("Accept", MANIFEST)), cancellation)) {
            if (reply.status() == 404) {
                throw new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND, address.host() + " has no model " + address.namespace() + "/" + address.model()
                        + ":" + address.tag());
            }
            require(reply, 200);
            return reply.bytes(LONGEST_MANIFEST, "the manifest of " + address.full());
        }
    }

    private URI manifest() {
        return URI.create(base + "/manifests/" + address.tag());
    }

    private URI blob(Blob blob) {
        return URI.create(base + "/blobs/" + blob.digest());
    }

    @Override
    public void read(Blob blob, long offset, long length, WritableByteChannel target, Cancellation cancellation) throws IOException {
        boolean whole = offset == 0 && length == blob.size();
        Map<String, String> range = whole ? Map.of() : Map.of("Range", "bytes=" + offset + "-" + (offset + length - 1));
        try (Wire reply = client.send(Wire.Request.of("GET", blob(blob), range), cancellation)) {
            if (reply.status() == 206) {
                String sent = reply.header("content-range").orElse("");
                if (!sent.startsWith("bytes " + offset + "-")) {
                    throw new IOException("the registry sends the range \"" + Wire.shown(sent) + "\" instead of that from " + offset);
                }
            } else {
                require(reply, 200);
                // a server without ranges sends everything from the beginning
                reply.body().skipNBytes(offset);
            }
            copy(reply.body(), length, target, cancellation);
        }
    }

    private static void copy(InputStream body, long length, WritableByteChannel target, Cancellation cancellation) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long begin = System.nanoTime();
        long since = 0;
        for (long left = length; left > 0; ) {
            cancellation.check();
            int count = body.read(chunk, 0, (int) Math.min(chunk.length, left));
            if (count < 0) {
                throw new IOException("the connection ended early");
            }
            target.write(ByteBuffer.wrap(chunk, 0, count));
            left -= count;
            since += count;
            long millis = (System.nanoTime() - begin) / 1_000_000;
            if (millis >= Wire.SILENCE) {
                if (since < SLOWEST * millis / 1000) {
                    throw new IOException("stalled: " + since + " bytes in " + millis / 1000 + " s");
                }
                begin = System.nanoTime();
                since = 0;
            }
        }
    }

    @Override
    public boolean holds(Blob blob, Cancellation cancellation) throws IOException {
        URI uri = blob(blob);
        try (Wire reply = client.once(Wire.Request.of("HEAD", uri, Map.of()), cancellation)) {
            // who sends us to its content has it, and there only reading may be allowed
            boolean there = reply.status() == 200 || RegistryClient.redirect(reply, uri).isPresent();
            if (!there && reply.status() != 404) {
                require(reply, 200);
            }
            return there;
        }
    }

    @Override
    public void write(Blob blob, Path content, LongConsumer sent, Cancellation cancellation) throws IOException {
        uploads.write(blob, content, sent, cancellation);
    }

    @Override
    public void putManifest(byte[] manifest, Cancellation cancellation) throws IOException {
        Wire.Body body = new Wire.Body() {
            @Override
            public long length() {
                return manifest.length;
            }

            @Override
            public void write(OutputStream out) throws IOException {
                out.write(manifest, 0, manifest.length);
            }
        };
        try (Wire reply = client.send(
                new Wire.Request("PUT", manifest(), Map.of("Content-Type", MANIFEST), Optional.of(body)), cancellation)) {
            require(reply, 201, 200, 202);
        }
    }

    /**
     * Checks a status.
     *
     * @throws IOException for a failure that may pass
     * @throws RuntimeFailure with {@code upstream.failed} for any other
     */
    static void require(Wire reply, int... expected) throws IOException {
        for (int status : expected) {
            if (reply.status() == status) {
                return;
            }
        }
        if (reply.status() >= 500 || reply.status() == 408 || reply.status() == 429) {
            throw new IOException(reply.text());
        }
        throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, reply.text());
    }
}
