package dev.runtime.api.model;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.Stable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What a {@link ModelFile} of one or several files owns: each is mapped whole, and what is needed once is read beside the mapping. The files
 * must not change meanwhile. Safe for use by many threads until closed.
 */
@Stable
public final class MappedFiles implements AutoCloseable {
    /** What one buffer can hold. */
    private static final long MOST = 1L << 30;

    private final Arena arena = Arena.ofShared();
    private final List<Mapped> files = new CopyOnWriteArrayList<>();

    private record Mapped(Path path, FileChannel channel, MemorySegment bytes) {
        boolean has(MemorySegment part) {
            return part.address() >= bytes.address() && part.address() - bytes.address() <= bytes.byteSize() - part.byteSize();
        }
    }

    /** Creates an empty set. */
    public MappedFiles() {}

    /** Returns the arena of the mappings, for what lives as long as they. */
    public Arena arena() {
        return arena;
    }

    /**
     * Opens a file.
     *
     * @return its read-only bytes
     * @throws IOException if it cannot be opened or mapped
     */
    public MemorySegment map(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            MemorySegment bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            files.add(new Mapped(file, channel, bytes));
            return bytes;
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Copies bytes.
     *
     * @param part of a mapping: read from its file; any other segment is copied
     * @param offset of the first byte in the part
     * @param target native memory, filled to its end
     * @throws IndexOutOfBoundsException if the part has fewer bytes
     * @throws RuntimeFailure with {@code model.file_invalid} if the file has become shorter or cannot be read
     */
    public void read(MemorySegment part, long offset, MemorySegment target) {
        Objects.checkFromIndexSize(offset, target.byteSize(), part.byteSize());
        for (Mapped file : files) {
            if (part.isNative() && file.has(part)) {
                read(file, part.address() - file.bytes().address() + offset, target);
                return;
            }
        }
        MemorySegment.copy(part, offset, target, 0, target.byteSize());
    }

    private static void read(Mapped file, long from, MemorySegment target) {
        long size = target.byteSize();
        try {
            for (long at = 0; at < size;) {
                int read = file.channel().read(target.asSlice(at, Math.min(MOST, size - at)).asByteBuffer(), from + at);
                if (read < 0) {
                    throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, file.path().getFileName() + " ended at byte " + (from + at)
                            + " while it was read; it has become shorter, get it again");
                }
                at += read;
            }
        } catch (ClosedChannelException e) {
            // an interrupt of any reader closes the channel, and the mapping stays
            MemorySegment.copy(file.bytes(), from, target, 0, size);
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, file.path().getFileName() + " cannot be read: " + e.getMessage()
                    + "; check the disk, or get the file again", e);
        }
    }

    /** Unmaps and closes all. */
    @Override
    public synchronized void close() {
        if (arena.scope().isAlive()) {
            arena.close();
            for (Mapped file : files) {
                try {
                    file.channel().close();
                } catch (IOException e) {
                    System.getLogger(MappedFiles.class.getName()).log(System.Logger.Level.DEBUG, "closing " + file.path() + " failed", e);
                }
            }
        }
    }
}
