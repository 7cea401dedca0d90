package dev.runtime.backend.cuda.memory;

import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cuda.ffi.Context;
import dev.runtime.backend.cuda.ffi.Driver;
import dev.runtime.backend.cuda.ffi.DriverError;
import dev.runtime.backend.cuda.ffi.Launch;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings tensors to the device: pieces are copied into host memory that the device reaches, two pieces in flight, and put into their form
 * by kernels there.
 */
final class WeightUpload implements AutoCloseable {
    /** The most bytes of a piece. */
    private static final long MOST_PIECE = 16L << 20;

    /** Pieces hold whole blocks of every type. */
    private static final long LEAST_PIECE = 64L << 10;

    private static final int SLOTS = 2;
    private static final int THREADS = 256;
    private static final int MOST_BLOCKS = 4096;
    private static final String BOOKS = "codebooks.bin";

    private final Context context;
    private final Arena arena = Arena.ofConfined();
    private final HostBuffer host;
    private final DeviceBuffer raw;
    private final DeviceBuffer books;
    private final long[] streams = new long[SLOTS];
    private final List<Runnable> owned = new ArrayList<>();
    private final long piece;
    private int slot;

    /** Allocates for tensors of up to so many bytes. */
    WeightUpload(Context context, long largest) {
        this.context = context;
        context.enter();
        piece = Math.clamp(largest, LEAST_PIECE, MOST_PIECE);
        byte[] codebooks = codebooks();
        try {
            host = own(new HostBuffer(context, SLOTS * piece, "the upload of weights"));
            raw = own(new DeviceBuffer(context, SLOTS * piece, "the upload of weights"));
            books = own(new DeviceBuffer(context, codebooks.length, "codebooks"));
            for (int i = 0; i < SLOTS; i++) {
                long stream = Driver.createStream(1);
                streams[i] = stream;
                owned.add(() -> context.release("a stream", () -> Driver.destroyStream(stream)));
            }
            host.segment().copyFrom(MemorySegment.ofArray(codebooks));
            Driver.toDevice(books.address(), host.segment().address(), codebooks.length, streams[0]);
            Driver.synchronize(streams[0]);
        } catch (RuntimeException | Error e) {
            release();
            throw e;
        }
    }

    private HostBuffer own(HostBuffer buffer) {
        owned.add(buffer::close);
        return buffer;
    }

    private DeviceBuffer own(DeviceBuffer buffer) {
        owned.add(buffer::close);
        return buffer;
    }

    private void release() {
        owned.reversed().forEach(Runnable::run);
        arena.close();
    }

    private static byte[] codebooks() {
        try (InputStream in = WeightUpload.class.getResourceAsStream("/dev/runtime/backend/cuda/" + BOOKS)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the codebooks cannot be read; the installation is damaged", e);
        }
    }

    /** Uploads a matrix. */
    void matrix(TensorType type, WeightForm form, MemorySegment data, long target) {
        if (form == WeightForm.F32) {
            vector(type, data, target);
        } else if (form == WeightForm.F16 && type != TensorType.F16) {
            expand("expand_halves", TensorType.F16, type, data, target);
        } else if (form.type() != type) {
            pieces(type, data, (at, first, count, total) -> requantize(type, at, first, count, total, target));
        } else if (form.fields().isEmpty()) {
            copy(data, target);
        } else {
            pieces(type, data, (at, first, count, total) -> split(form, at, first, count, total, target));
        }
    }

    /** Uploads elements of any type as 32-bit floats. */
    void vector(TensorType type, MemorySegment data, long target) {
        if (type == TensorType.F32) {
            copy(data, target);
        } else {
            expand("expand_floats", TensorType.F32, type, data, target);
        }
    }

    private void expand(String kernel, TensorType to, TensorType type, MemorySegment data, long target) {
        pieces(type, data, (at, first, count, total) -> {
            long elements = count * type.blockSize();
            launch(elements, kernel, at, type.id(), type.blockSize(), type.blockBytes(), elements, books.address(),
                    target + to.bytes(first * type.blockSize()));
        });
    }

    /** Does something with a piece that is on the device. */
    @FunctionalInterface
    private interface Piece {
        void put(long address, long firstBlock, long blocks, long allBlocks);
    }

    private void copy(MemorySegment data, long target) {
        for (long at = 0; at < data.byteSize(); at += piece) {
            long bytes = Math.min(piece, data.byteSize() - at);
            stage(data, at, bytes, target + at);
            slot = (slot + 1) % SLOTS;
        }
    }

    private void pieces(TensorType type, MemorySegment data, Piece use) {
        long most = piece / type.blockBytes();
        long blocks = data.byteSize() / type.blockBytes();
        for (long first = 0; first < blocks; first += most) {
            long count = Math.min(most, blocks - first);
            long address = raw.address() + slot * piece;
            stage(data, first * type.blockBytes(), count * type.blockBytes(), address);
            use.put(address, first, count, blocks);
            slot = (slot + 1) % SLOTS;
        }
    }

    /** Copies to the device by the current slot, as soon as what used it before is done. */
    private void stage(MemorySegment data, long from, long bytes, long target) {
        Driver.synchronize(streams[slot]);
        MemorySegment.copy(data, from, host.segment(), slot * piece, bytes);
        Driver.toDevice(target, host.segment().address() + slot * piece, bytes, streams[slot]);
    }

    private void split(WeightForm form, long from, long first, long count, long total, long target) {
        long plane = target;
        for (WeightForm.Field field : form.fields()) {
            long bytes = count * field.bytes();
            launch(bytes, "split_blocks", from, form.type().blockBytes(), field.offset(), field.bytes(), bytes, plane + first * field.bytes());
            plane += total * field.bytes();
        }
    }

    private void requantize(TensorType type, long from, long first, long count, long total, long target) {
        long elements = count * type.blockSize();
        long firstElement = first * type.blockSize();
        long scales = target + total * type.blockSize();
        launch(elements, "requantize", from, type.id(), type.blockSize(), type.blockBytes(), elements, books.address(), target + firstElement,
                scales + firstElement / WeightForm.Q8_0.type().blockSize() * 2);
    }

    private void launch(long work, String kernel, long... arguments) {
        new Launch(context, arena, "upload", kernel, THREADS, 0, arguments)
                .run(streams[slot], Math.min(MOST_BLOCKS, (work + THREADS - 1) / THREADS), 1, 1);
    }

    /** Waits for the uploads to end. */
    @Override
    public void close() {
        try {
            for (long stream : streams) {
                Driver.synchronize(stream);
            }
        } catch (DriverError e) {
            throw context.failure("the upload of weights", e);
        } finally {
            release();
        }
    }
}
