package dev.runtime.kernel.store;

import dev.runtime.api.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A blob that arrives in parts, whose bytes stay if it is given up: a file of full length, and beside it for each part a file that says
 * how far it is, in the form that existing stores have.
 *
 * <p>A part's file never says more than is durable: bytes are forced to disk before they are counted. Each part is for one thread.
 */
public final class PartialBlob implements AutoCloseable {
    private static final int MOST_PARTS = 16;
    private static final long SMALLEST_PART = 32L << 20;
    private static final long LARGEST_PART = 1L << 30;
    /** How many bytes of a part a crash may cost. */
    private static final long UNSAVED = 16L << 20;

    private final Disk disk;
    private final BlobPath paths;
    private final StoreLocks.Held alone;
    private final String hex;
    private final long size;
    private final boolean resumed;
    private final List<Part> parts;
    private final Disk.File file;

    /** Opens what is there, or begins anew if that is of no use. */
    PartialBlob(Disk disk, BlobPath paths, StoreLocks.Held alone, String hex, long size) throws IOException {
        this.disk = disk;
        this.paths = paths;
        this.alone = alone;
        this.hex = hex;
        this.size = size;
        disk.createFolders(paths.blobs());
        List<Part> kept = kept();
        resumed = !kept.isEmpty() && kept.stream().anyMatch(part -> part.completed > 0);
        if (!resumed) {
            removeFiles();
        }
        parts = resumed ? kept : planned();
        file = disk.open(paths.partialBlob(hex));
        if (!resumed) {
            file.length(size);
            file.force();
            for (Part part : parts) {
                part.save();
            }
            disk.sync(paths.blobs());
        }
    }

    /** Returns the parts, in order. */
    public List<Part> parts() {
        return parts;
    }

    /** Tells whether bytes of an earlier try are used. */
    public boolean resumed() {
        return resumed;
    }

    /** Returns how many bytes are there. */
    public long completed() {
        long completed = 0;
        for (Part part : parts) {
            completed += part.completed;
        }
        return completed;
    }

    /**
     * Makes a blob of it if the bytes are those of its digest; if not, they are discarded.
     *
     * @return the digest of the bytes, in hex
     */
    public String publish(Cancellation cancellation) throws IOException {
        file.force();
        Path partial = paths.partialBlob(hex);
        String found = NewBlob.sha256(partial, cancellation);
        if (found.equals(hex)) {
            file.close();
            disk.rename(partial, paths.blob("sha256:" + hex));
            disk.sync(paths.blobs());
        }
        removeFiles();
        return found;
    }

    /** Keeps what is there for the next try. */
    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            alone.close();
        }
    }

    private void removeFiles() throws IOException {
        disk.delete(paths.partialBlob(hex));
        for (Path state : paths.partStates(hex)) {
            disk.delete(state);
        }
    }

    private List<Part> planned() {
        long length = Math.clamp(size / MOST_PARTS, SMALLEST_PART, LARGEST_PART);
        List<Part> planned = new ArrayList<>();
        for (long offset = 0; offset < size; offset += length) {
            planned.add(new Part(planned.size(), offset, Math.min(length, size - offset), 0));
        }
        return planned;
    }

    /** Returns the parts of an earlier try if together they are the whole blob. */
    private List<Part> kept() throws IOException {
        Path partial = paths.partialBlob(hex);
        if (!Files.isRegularFile(partial) || Files.size(partial) != size) {
            return List.of();
        }
        List<Part> kept = new ArrayList<>();
        for (Path state : paths.partStates(hex)) {
            Map<?, ?> json = Json.object(BlobPath.read(state)).orElse(Map.of());
            Part part = new Part((int) Json.integer(json, "N", -1), Json.integer(json, "Offset", -1), Json.integer(json, "Size", -1),
                    Json.integer(json, "Completed", -1));
            if (state.equals(paths.partState(hex, part.number))) {
                kept.add(part);
            }
        }
        kept.sort(Comparator.comparingLong(part -> part.offset));
        long end = 0;
        for (Part part : kept) {
            if (part.offset != end || part.size < 1 || part.size > size - end || part.completed < 0 || part.completed > part.size) {
                return List.of();
            }
            end += part.size;
        }
        return end == size ? kept : List.of();
    }

    /** A range of the blob that fills from its beginning. For one thread, but {@link #completed} for many. */
    public final class Part {
        private final int number;
        private final long offset;
        private final long size;
        private volatile long completed;
        private long saved;

        private Part(int number, long offset, long size, long completed) {
            this.number = number;
            this.offset = offset;
            this.size = size;
            this.completed = completed;
            this.saved = completed;
        }

        /** Returns where the next byte of the blob belongs. */
        public long position() {
            return offset + completed;
        }

        /** Returns how many bytes are missing. */
        public long missing() {
            return size - completed;
        }

        /** Returns how many bytes are there. */
        public long completed() {
            return completed;
        }

        /**
         * Takes the next bytes.
         *
         * @throws IOException if the disk is full or fails
         */
        public void write(ByteBuffer bytes) throws IOException {
            if (bytes.remaining() > missing()) {
                throw new IllegalArgumentException(bytes.remaining() + " bytes for a part that lacks " + missing());
            }
            int count = bytes.remaining();
            file.write(bytes, position());
            completed = completed + count;
            if (completed - saved >= UNSAVED) {
                file.force();
                save();
            }
        }

        /** Makes what is there durable. */
        public void flush() throws IOException {
            if (completed > saved) {
                file.force();
                save();
            }
        }

        private void save() throws IOException {
            String json = "{\"N\":" + number + ",\"Offset\":" + offset + ",\"Size\":" + size + ",\"Completed\":" + completed + "}\n";
            StoreChange.replace(disk, paths.partState(hex, number), paths.temporaryBlob(ThreadLocalRandom.current().nextLong()),
                    json.getBytes(StandardCharsets.UTF_8));
            saved = completed;
        }
    }
}
