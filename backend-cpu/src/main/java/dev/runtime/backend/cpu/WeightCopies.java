package dev.runtime.backend.cpu;

import dev.runtime.backend.cpu.ffi.LockedMemory;
import dev.runtime.backend.cpu.ffi.Pages;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.kernels.RowBuffers;
import dev.runtime.backend.cpu.kernels.RowSource;
import dev.runtime.backend.cpu.memory.Memory;
import dev.runtime.backend.cpu.threads.Work;
import dev.runtime.backend.cpu.threads.WorkerPool;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Copies of weights in the order that kernels like, made a slice at a time. A finished copy serves from the next step on; the pages of the
 * file that it took the place of are let go, so that the memory of the process stays that of the file.
 *
 * <p>Not thread-safe: no product runs meanwhile.
 */
final class WeightCopies {
    /** Bytes of a chunk, which share a core's cache with their copy. */
    private static final long CHUNK = 256 << 10;

    /** Chunks of a slice for each thread. */
    private static final int CHUNKS = 2;

    /** Memory that copies leave free. */
    static final long RESERVE = 512L << 20;

    private static final System.Logger LOG = System.getLogger(WeightCopies.class.getName());

    private final Kernels kernels;
    private final List<Copy> copies = new ArrayList<>();
    private final Work pack = this::pack;
    private Optional<LockedMemory> locked = Optional.empty();
    private long bytes;
    private long address;
    private RowBuffers buffers;
    private int at;
    private int row;
    private int chunkRows;

    private record Copy(Matrix matrix, Optional<RowSource> source, long offset, long bytes) {}

    /** Creates an empty list. */
    WeightCopies(Kernels kernels) {
        this.kernels = kernels;
    }

    /**
     * Adds a matrix, if kernels like a copy of it.
     *
     * @param source of its rows, if its memory is that of a mapped file
     */
    void add(Matrix matrix, Optional<RowSource> source) {
        long size = kernels.packedBytes(matrix.type(), matrix.in(), matrix.rows());
        if (size > 0) {
            copies.add(new Copy(matrix, source, bytes, size));
            bytes = Math.addExact(bytes, Memory.align(size));
        }
    }

    /** Returns the bytes of all copies. */
    long bytes() {
        return bytes;
    }

    /** Gets the memory of all copies, whose pages come later; rows are read from the sources until then. */
    void allocate(Arena arena, RowBuffers rowBuffers) {
        if (bytes > 0) {
            MemorySegment memory = Pages.allocate(arena, bytes);
            Pages.enlarge(memory);
            address = memory.address();
            buffers = rowBuffers;
            copies.forEach(copy -> copy.matrix().source(copy.source().orElse(null)));
        }
    }

    /** Returns whether a copy is still to be made. */
    boolean left() {
        return at < copies.size();
    }

    /** Makes a slice, which takes about a millisecond; or none ever again, if others have taken the memory meanwhile. */
    void advance(WorkerPool pool, int threads) {
        Copy copy = copies.get(at);
        Matrix matrix = copy.matrix();
        if (row == 0 && copy.bytes() > HostMemory.freeBytes() - RESERVE) {
            LOG.log(Level.INFO, "{0} of {1} weights stay in the order of the file: memory is short", copies.size() - at, copies.size());
            copies.subList(at, copies.size()).forEach(left -> left.matrix().source(null));
            at = copies.size();
            return;
        }
        int group = kernels.packedRows();
        chunkRows = Math.toIntExact(Math.max(1, CHUNK / (group * matrix.rowBytes())) * group);
        int chunks = Math.min(CHUNKS * threads, (matrix.rows() - row + chunkRows - 1) / chunkRows);
        pool.run(pack, chunks, threads);
        row += chunks * chunkRows;
        if (row >= matrix.rows()) {
            matrix.packed(address + copy.offset());
            serve(copy);
            row = 0;
            at++;
        }
    }

    /**
     * Has products take weights that have no copy yet from their mapping instead of reading them: one of some parts of all. Once, reading is
     * several times faster than the mapping; from some steps on it is not.
     *
     * @param part from 0
     */
    void map(int part, int parts) {
        int to = copies.size() * (part + 1) / parts;
        for (int i = Math.max(at, copies.size() * part / parts); i < to; i++) {
            Matrix matrix = copies.get(i).matrix();
            if (matrix.source() != null) {
                Pages.read(matrix.address(), matrix.rowBytes() * matrix.rows());
                matrix.source(null);
            }
        }
    }

    /** Locks finished copies, and others when they are finished; returns whether it could. */
    boolean lock(LockedMemory memory) {
        locked = Optional.of(memory);
        return copies.stream().filter(copy -> copy.matrix().packed() != 0).allMatch(this::serve);
    }

    /** Lets the memory go that a copy took the place of; returns false if the copy cannot be locked, and so nothing is. */
    private boolean serve(Copy copy) {
        long bytes = copy.matrix().rowBytes() * copy.matrix().rows();
        locked.ifPresent(memory -> memory.unlock(copy.matrix().address(), bytes));
        if (copy.source().isPresent()) {
            Pages.release(copy.matrix().address(), bytes);
        }
        if (locked.isEmpty() || locked.get().lock(address + copy.offset(), copy.bytes())) {
            return true;
        }
        locked = Optional.empty();
        LOG.log(Level.WARNING, "weights are not locked any more: {0}", LockedMemory.refused(copy.bytes()));
        return false;
    }

    private void pack(int chunk, int slot) {
        Copy copy = copies.get(at);
        int from = row + chunk * chunkRows;
        int to = Math.min(copy.matrix().rows(), from + chunkRows);
        kernels.pack(buffers.rows(copy.matrix(), from, to, slot), from, to, address + copy.offset());
    }
}
