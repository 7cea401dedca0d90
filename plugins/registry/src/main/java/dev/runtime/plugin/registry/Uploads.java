package dev.runtime.plugin.registry;

import dev.runtime.api.Cancellation;
import dev.runtime.api.source.ModelAddress;
import dev.runtime.api.source.ModelSource.Blob;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/**
 * Brings blobs to a registry in upload sessions: a session is opened, takes parts one after the other, each at the place that the reply
 * before named, and is closed with the digest. A session that broke off is resumed where the registry says it is.
 */
final class Uploads {
    private static final int MOST_PARTS = 16;
    private static final long SMALLEST_PART = 100_000_000;
    private static final long LARGEST_PART = 1_000_000_000;
    private static final int CHUNK = 64 << 10;

    private final URI base;
    private final ModelAddress address;
    private final RegistryClient client;
    /** Open sessions by digest. */
    private final Map<String, URI> sessions = new ConcurrentHashMap<>();

    Uploads(URI base, ModelAddress address, RegistryClient client) {
        this.base = base;
        this.address = address;
        this.client = client;
    }

    void write(Blob blob, Path content, LongConsumer sent, Cancellation cancellation) throws IOException {
        Optional<Place> open = resume(blob, cancellation);
        Optional<Place> place = open.isPresent() ? open : begin(blob, cancellation);
        if (place.isEmpty()) {
            return; // another model of the registry had it
        }
        URI next = place.get().location();
        MessageDigest parts = md5();
        int count = 0;
        long length = Math.clamp(blob.size() / MOST_PARTS, SMALLEST_PART, LARGEST_PART);
        try (FileChannel file = FileChannel.open(content, StandardOpenOption.READ)) {
            for (long offset = place.get().offset(); offset < blob.size(); offset += length) {
                Part part = new Part(file, offset, Math.min(length, blob.size() - offset), sent, cancellation);
                next = send(part, next, cancellation);
                sessions.put(blob.digest(), next);
                parts.update(part.md5.digest());
                count++;
            }
        }
        String etag = place.get().offset() > 0 ? "" : "&etag=" + HexFormat.of().formatHex(parts.digest()) + "-" + count;
        URI end = URI.create(next + (next.getRawQuery() == null ? "?" : "&") + "digest=" + encoded(blob.digest()) + etag);
        try (Wire reply = client.once(Wire.Request.of("PUT", end, Map.of()), cancellation)) {
            if (reply.status() >= 400) {
                sessions.remove(blob.digest());
            }
            RegistryRepository.require(reply, 201, 200, 202, 204);
        }
        sessions.remove(blob.digest());
    }

    /**
     * Where a session goes on.
     *
     * @param offset the first byte that it lacks
     */
    private record Place(URI location, long offset) {}

    private Optional<Place> begin(Blob blob, Cancellation cancellation) throws IOException {
        String mount = blob.from().filter(from -> from.host().equalsIgnoreCase(address.host()))
                .map(from -> "?mount=" + encoded(blob.digest()) + "&from=" + encoded(from.namespace() + "/" + from.model())).orElse("");
        URI uri = URI.create(base + "/blobs/uploads/" + mount);
        try (Wire reply = client.once(Wire.Request.of("POST", uri, Map.of()), cancellation)) {
            if (reply.status() == 201) {
                return Optional.empty();
            }
            RegistryRepository.require(reply, 202, 200);
            URI location = RegistryClient.location(reply, uri);
            sessions.put(blob.digest(), location);
            return Optional.of(new Place(location, 0));
        }
    }

    private Optional<Place> resume(Blob blob, Cancellation cancellation) throws IOException {
        URI session = sessions.remove(blob.digest());
        if (session == null) {
            return Optional.empty();
        }
        try (Wire reply = client.once(Wire.Request.of("GET", session, Map.of()), cancellation)) {
            String range = reply.header("range").orElse("").replaceFirst("^bytes=", "");
            if (reply.status() != 204 || !range.matches("0-[0-9]{1,18}")) {
                return Optional.empty();
            }
            // of an empty session registries say 0-0, which is one byte: it is begun anew
            long offset = Long.parseLong(range.substring(2)) + 1;
            return offset == 1 || offset > blob.size() ? Optional.empty()
                    : Optional.of(new Place(RegistryClient.location(reply, session), offset));
        }
    }

    /** Sends a part and returns the place for the next one. */
    private URI send(Part part, URI location, Cancellation cancellation) throws IOException {
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/octet-stream");
        headers.put("Content-Range", part.offset + "-" + (part.offset + part.length - 1));
        headers.put("X-Redirect-Uploads", "1");
        URI next;
        URI elsewhere;
        try (Wire reply = client.once(new Wire.Request("PATCH", location, headers, Optional.of(part)), cancellation)) {
            if (reply.status() != 307) {
                RegistryRepository.require(reply, 202, 201, 204);
                return RegistryClient.location(reply, location);
            }
            next = URI.create(reply.header("docker-upload-location").orElse(location.toString()));
            elsewhere = location.resolve(reply.header("location").orElseThrow(() -> new IOException("a redirected upload has no location")));
        }
        Wire.Request direct = new Wire.Request("PUT", elsewhere, Map.of("Content-Type", "application/octet-stream"), Optional.of(part));
        try (Wire reply = client.once(direct, cancellation)) {
            RegistryRepository.require(reply, 200, 201, 202, 204);
        }
        return location.resolve(next);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    /** A range of a file as a body; may be written more than once. */
    private static final class Part implements Wire.Body {
        private final FileChannel file;
        private final long offset;
        private final long length;
        private final LongConsumer sent;
        private final Cancellation cancellation;
        private final MessageDigest md5 = md5();

        private Part(FileChannel file, long offset, long length, LongConsumer sent, Cancellation cancellation) {
            this.file = file;
            this.offset = offset;
            this.length = length;
            this.sent = sent;
            this.cancellation = cancellation;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public void write(OutputStream out) throws IOException {
            md5.reset();
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            for (long done = 0; done < length; ) {
                cancellation.check();
                chunk.clear().limit((int) Math.min(CHUNK, length - done));
                int count = file.read(chunk, offset + done);
                if (count < 0) {
                    throw new IOException("the file is shorter than its part of the model");
                }
                out.write(chunk.array(), 0, count);
                md5.update(chunk.array(), 0, count);
                done += count;
                sent.accept(offset + done);
            }
        }
    }
}
