package dev.runtime.kernel.testing;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.source.ModelAddress;
import dev.runtime.api.source.ModelSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** A place of models in memory, one manifest for all names; counts what is read, and fails as a test wants. */
public final class FakePlace implements ModelSource, ModelSource.Repository {
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    /** Bytes that were given to readers. */
    public final AtomicLong read = new AtomicLong();
    /** Runs before each read with its offset; may throw. */
    public volatile Hook before = _ -> {};
    /** How many bytes a read gives before its connection ends. */
    public volatile long longest = Long.MAX_VALUE;
    /** The manifest, empty for none. */
    public volatile byte[] manifest = {};

    /** What happens before a read. */
    public interface Hook {
        void at(long offset) throws IOException;
    }

    /** Adds a blob and returns its digest. */
    public String with(byte[] bytes) {
        String digest = digest(bytes);
        blobs.put(digest, bytes.clone());
        return digest;
    }

    /** Gives other bytes for a digest than those it is of. */
    public void damage(String digest) {
        blobs.get(digest)[0] ^= 1;
    }

    /** Sets a manifest of weights and a configuration. */
    public void model(byte[] weights, byte[] config) {
        manifest = ("{\"config\":" + layer("application/vnd.docker.container.image.v1+json", config)
                + ",\"layers\":[" + layer("application/vnd.ollama.image.model", weights) + "]}").getBytes(StandardCharsets.UTF_8);
    }

    private String layer(String type, byte[] bytes) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + with(bytes) + "\",\"size\":" + bytes.length + "}";
    }

    /** Returns the digest of bytes. */
    public static String digest(byte[] bytes) {
        try {
            return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean accepts(ModelAddress address) {
        return !address.host().equals("elsewhere");
    }

    @Override
    public Repository open(ModelAddress address, boolean insecure) {
        return this;
    }

    @Override
    public byte[] manifest(Cancellation cancellation) {
        if (manifest.length == 0) {
            throw new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND, "no such model");
        }
        return manifest;
    }

    @Override
    public void read(Blob blob, long offset, long length, WritableByteChannel target, Cancellation cancellation) throws IOException {
        before.at(offset);
        cancellation.check();
        byte[] bytes = blobs.get(blob.digest());
        int count = (int) Math.min(length, longest);
        read.addAndGet(count);
        target.write(ByteBuffer.wrap(bytes, (int) offset, count));
        if (count < length) {
            throw new IOException("the connection ended early");
        }
    }

    @Override
    public boolean holds(Blob blob, Cancellation cancellation) {
        return blobs.containsKey(blob.digest());
    }

    @Override
    public void write(Blob blob, Path content, LongConsumer sent, Cancellation cancellation) throws IOException {
        sent.accept(1);
        blobs.put(blob.digest(), Files.readAllBytes(content));
    }

    @Override
    public void putManifest(byte[] json, Cancellation cancellation) {
        manifest = json;
    }
}
