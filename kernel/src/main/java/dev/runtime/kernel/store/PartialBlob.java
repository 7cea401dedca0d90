package dev.runtime.kernel.store;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A blob that arrives in parts, whose bytes stay if it is given up: a file of full length, and beside it for each part a file that says
 * how far it is, in the form that existing stores have.
 *
 * <p>A part's file says how much was written, which is what survives the end of the process, and how much of that was forced to disk
 * before, which is what survives the end of the power. The first number is believed until the whole turns out to be wrong, then the
 * second. The file itself is not forced: if it is lost with the power, the blob begins anew. Each part is for one thread.
 */
public final class PartialBlob implements AutoCloseable {
    private static final int MOST_PARTS = 16;
    private static final long SMALLEST_PART = 32L << 20;
    private static final long LARGEST_PART = 1L << 30;
    /** After how many bytes it is written down how many there are; at most so many are fetched again when the process ends. */
    private static final long UNNOTED = 4L << 20;
    /** After how many bytes they are forced to disk. */
    private static final long UNFORCED = 64L << 20;

    private final Disk disk;
    private final BlobPath paths;
    private final StoreLocks.Held alone;
    private final String hex;
    private final long size;
    private final boolean resumed;
    private final List<Part> parts;
    private final Disk.File file;
    private final AtomicLong unnoted = new AtomicLong();
    private final AtomicLong unforced = new AtomicLong();
    private final ReentrantLock forcing = new ReentrantLock();

    /**
     * Opens what is there, or begins anew if that is of no use.
     *
     * @throws RuntimeFailure with {@code store.failed} if there is not enough space
     */
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
        requireSpace(size - kept.stream().mapToLong(part -> part.completed).sum());
        parts = resumed ? kept : planned();
        file = disk.open(paths.partialBlob(hex));
        if (!resumed) {
            file.length(size);
            file.force();
            for (Part part : parts) {
                note(part, 0, 0);
            }
            disk.sync(paths.blobs());
        }
    }

    private void requireSpace(long needed) throws IOException {
        long free = Files.getFileStore(paths.blobs()).getUsableSpace();
        if (free < needed) {
            throw new RuntimeFailure(ErrorCode.STORE_FAILED, "no space left for sha256:" + hex + ": it needs " + needed
                    + " bytes and the disk of the model store has " + free + "; free some, or set store.models to a folder on another disk");
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
     * Makes a blob of it if the bytes are those of its digest. If not, they are discarded, but for those of an earlier try that were
     * forced to disk where others of it were not: these may be the wrong ones.
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
            removeFiles();
        } else if (parts.stream().anyMatch(part -> part.found > part.foundDurable)) {
            for (Part part : parts) {
                part.completed = part.foundDurable;
                part.durable = part.foundDurable;
            }
            note();
        } else {
            removeFiles();
        }
        return found;
    }

    /** Makes durable what is there, and that it is. For any thread. */
    public void save() throws IOException {
        forcing.lock();
        try {
            force();
        } finally {
            forcing.unlock();
        }
        note();
    }

    private void force() throws IOException {
        unforced.set(0);
        long[] completed = parts.stream().mapToLong(Part::completed).toArray();
        file.force();
        for (Part part : parts) {
            part.durable = completed[part.number];
        }
    }

    /** Writes down how much there is; never waits for the disk, so that others go on while one forces. */
    private synchronized void note() throws IOException {
        unnoted.set(0);
        for (Part part : parts) {
            // in this order: what is durable was completed before
            long durable = part.durable;
            long completed = part.completed;
            if (part.noted != completed || part.notedDurable != durable) {
                note(part, completed, durable);
            }
        }
    }

    private void note(Part part, long completed, long durable) throws IOException {
        String json = "{\"N\":" + part.number + ",\"Offset\":" + part.offset + ",\"Size\":" + part.size + ",\"Completed\":" + completed
                + ",\"Durable\":" + durable + "}\n";
        Path temporary = paths.temporaryBlob(ThreadLocalRandom.current().nextLong());
        try (Disk.File state = disk.create(temporary)) {
            state.write(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)), 0);
        }
        disk.rename(temporary, paths.partState(hex, part.number));
        part.noted = completed;
        part.notedDurable = durable;
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
            planned.add(new Part(planned.size(), offset, Math.min(length, size - offset), 0, 0));
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
                    Json.integer(json, "Completed", -1), Json.integer(json, "Durable", 0));
            if (state.equals(paths.partState(hex, part.number))) {
                kept.add(part);
            }
        }
        kept.sort(Comparator.comparingLong(part -> part.offset));
        long end = 0;
        for (Part part : kept) {
            if (part.offset != end || part.size < 1 || part.size > size - end || part.completed < 0 || part.completed > part.size
                    || part.durable < 0 || part.durable > part.completed) {
                return List.of();
            }
            end += part.size;
        }
        for (int i = 0; i < kept.size(); i++) {
            if (kept.get(i).number != i) {
                return List.of();
            }
        }
        return end == size ? kept : List.of();
    }

    /** A range of the blob that fills from its beginning. For one thread, but {@link #completed} for many. */
    public final class Part {
        private final int number;
        private final long offset;
        private final long size;
        /** What an earlier try left. */
        private final long found;
        private final long foundDurable;
        private volatile long completed;
        private volatile long durable;
        /** What the part's file says. */
        private long noted;
        private long notedDurable;

        private Part(int number, long offset, long size, long completed, long durable) {
            this.number = number;
            this.offset = offset;
            this.size = size;
            this.found = completed;
            this.foundDurable = durable;
            this.completed = completed;
            this.durable = durable;
            this.noted = completed;
            this.notedDurable = durable;
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
            if (unforced.addAndGet(count) >= UNFORCED && forcing.tryLock()) {
                try {
                    force();
                } finally {
                    forcing.unlock();
                }
            }
            if (unnoted.addAndGet(count) >= UNNOTED) {
                note();
            }
        }
    }
}
