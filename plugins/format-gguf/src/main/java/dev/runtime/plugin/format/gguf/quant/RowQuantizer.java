package dev.runtime.plugin.format.gguf.quant;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * Brings tensors of plain numbers to another type, piece by piece: some threads convert pieces of whole rows, the caller's writes them
 * in order. No more pieces are in memory than two a thread. For one caller at a time, who closes it.
 */
public final class RowQuantizer implements AutoCloseable {
    /** Elements of a piece. */
    private static final int PIECE = 1 << 18;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int threads;
    private final ExecutorService workers;

    /** Creates a quantiser with threads of its own. */
    public RowQuantizer(int threads) {
        this.threads = threads;
        this.workers = Executors.newFixedThreadPool(threads, work -> {
            Thread thread = new Thread(work, "quantize");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Converts a tensor.
     *
     * @param data its bytes: F32, F16 or BF16
     * @param target takes the converted rows
     * @param done told of the source's bytes after each piece
     */
    public void convert(TensorInfo tensor, MemorySegment data, TensorType type, WritableByteChannel target, LongConsumer done,
            Cancellation cancellation) throws IOException {
        BlockQuantizer quantizer = BlockQuantizer.of(type).orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED,
                "weights cannot be written as " + type));
        long elements = tensor.elements();
        // blocks never cross rows, and rows are whole blocks, so every multiple of the block size is a place to cut
        Deque<Future<Piece>> pieces = new ArrayDeque<>();
        long next = 0;
        try {
            while (next < elements || !pieces.isEmpty()) {
                cancellation.check();
                while (next < elements && pieces.size() < 2 * threads) {
                    long start = next;
                    int n = (int) Math.min(PIECE, elements - next);
                    pieces.add(workers.submit(() -> piece(tensor.type(), data, start, n, type, quantizer)));
                    next += n;
                }
                Piece piece = result(pieces.remove());
                for (ByteBuffer bytes = ByteBuffer.wrap(piece.bytes()); bytes.hasRemaining(); ) {
                    target.write(bytes);
                }
                done.accept(piece.sourceBytes());
            }
        } finally {
            // nobody may read the segment when this returns
            pieces.forEach(RowQuantizer::result);
        }
    }

    private record Piece(byte[] bytes, long sourceBytes) {}

    private static Piece piece(TensorType from, MemorySegment data, long start, int n, TensorType to, BlockQuantizer quantizer) {
        float[] x = new float[n];
        switch (from) {
            case F32 -> MemorySegment.copy(data, INT, 4 * start, MemorySegment.ofArray(x), ValueLayout.JAVA_INT, 0, n);
            case F16 -> {
                for (int i = 0; i < n; i++) {
                    x[i] = Float.float16ToFloat(data.get(SHORT, 2 * (start + i)));
                }
            }
            case BF16 -> {
                for (int i = 0; i < n; i++) {
                    x[i] = Float.intBitsToFloat(data.get(SHORT, 2 * (start + i)) << 16);
                }
            }
            default -> throw new IllegalArgumentException(from + " is no type of plain numbers");
        }
        byte[] out = new byte[Math.toIntExact(to.bytes(n))];
        quantizer.quantize(x, 0, n, out, 0);
        return new Piece(out, from.bytes(n));
    }

    private static Piece result(Future<Piece> piece) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return piece.get();
                } catch (InterruptedException _) {
                    interrupted = true; // the work is short; whoever interrupted sees it afterwards
                } catch (ExecutionException e) {
                    throw new IllegalStateException("quantising a piece failed", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ends the threads and waits for their last piece. */
    @Override
    public void close() {
        workers.close();
    }
}
