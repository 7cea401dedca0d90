package dev.runtime.backend.cpu;

import dev.runtime.backend.cpu.ffi.LockedMemory;
import dev.runtime.backend.cpu.ffi.Pages;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.memory.Memory;
import dev.runtime.backend.cpu.threads.Work;
import dev.runtime.backend.cpu.threads.WorkerPool;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
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
    /** Parts of a slice for each thread. */
    private static final int PARTS = 2;

    /** Memory that copies leave free. */
    static final long RESERVE = 512L << 20;

    private static final System.Logger LOG = System.getLogger(WeightCopies.class.getName());

    private static final long LARGE_PAGE = 2L << 20;

    private final Kernels kernels;
    private final List<Copy> copies = new ArrayList<>();
    private final Work pack = this::pack;
    private Optional<LockedMemory> locked = Optional.empty();
    private long bytes;
    private long address;
    private long populated;
    private int at;
    private int part;

    private record Copy(Matrix matrix, boolean mapped, long offset, long bytes) {}

    /** Creates an empty list. */
    WeightCopies(Kernels kernels) {
        this.kernels = kernels;
    }

    /** Adds a matrix, if kernels like a copy of it; {@code mapped} if its memory is that of a mapped file. */
    void add(Matrix matrix, boolean mapped) {
        long size = kernels.packedBytes(matrix.type(), matrix.in(), matrix.rows());
        if (size > 0) {
            copies.add(new Copy(matrix, mapped, bytes, size));
            bytes = Math.addExact(bytes, Memory.align(size));
        }
    }

    /** Returns the bytes of all copies. */
    long bytes() {
        return bytes;
    }

    /** Gets the memory of all copies; their pages come later. */
    void allocate(Arena arena) {
        if (bytes > 0) {
            address = Pages.allocate(arena, bytes).address();
            populated = address;
        }
    }

    /** Returns whether a copy is still to be made. */
    boolean left() {
        return at < copies.size();
    }

    /** Makes a slice, which takes about a millisecond; or none ever again, if others have taken the memory meanwhile. */
    void advance(WorkerPool pool, int threads) {
        Copy copy = copies.get(at);
        if (part == 0 && copy.bytes() > HostMemory.freeBytes() - RESERVE) {
            LOG.log(Level.INFO, "{0} of {1} weights stay in the order of the file: memory is short", copies.size() - at, copies.size());
            at = copies.size();
            return;
        }
        int parts = kernels.packParts(copy.matrix());
        int slice = Math.min(parts - part, PARTS * threads);
        populate(address + copy.offset() + copy.bytes() * (part + slice) / parts);
        pool.run(pack, slice, threads);
        part += slice;
        if (part == parts) {
            copy.matrix().packed(address + copy.offset());
            serve(copy);
            part = 0;
            at++;
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
        if (copy.mapped()) {
            Pages.release(copy.matrix().address(), bytes);
        }
        if (locked.isEmpty() || locked.get().lock(address + copy.offset(), copy.bytes())) {
            return true;
        }
        locked = Optional.empty();
        LOG.log(Level.WARNING, "weights are not locked any more: {0}", LockedMemory.refused(copy.bytes()));
        return false;
    }

    private void populate(long until) {
        if (until > populated) {
            long to = Math.min((until + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE, address + bytes);
            Pages.populate(populated, to - populated);
            populated = to;
        }
    }

    private void pack(int chunk, int slot) {
        Copy copy = copies.get(at);
        kernels.pack(copy.matrix(), part + chunk, address + copy.offset());
    }
}
