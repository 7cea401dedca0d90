package dev.runtime.backend.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.backend.cuda.ffi.Context;
import dev.runtime.backend.cuda.ffi.Driver;
import dev.runtime.backend.cuda.memory.DeviceBuffer;
import dev.runtime.backend.cuda.memory.HostBuffer;
import java.lang.foreign.MemorySegment;

/**
 * The inputs of a step on the device, one copy a step: a header of 16 numbers (tokens, sequences, outputs, the offsets of eight arrays, the
 * length of a block table, the offsets of four more arrays), then the arrays. Read by {@code step.cuh}.
 */
final class StepUpload implements AutoCloseable {
    private static final int HEADER = 16;

    /** Where the header has the length of a block table. */
    private static final int TABLE_LENGTH = 11;

    private final Context context;
    private final HostBuffer host;
    private final DeviceBuffer device;
    private final int maxTokens;
    private final int contextLength;
    private final int embeddingWidth;
    private DeviceBuffer rows;
    private HostBuffer stagedRows;

    /**
     * Allocates for the largest step.
     *
     * @param blockTokens positions of a block of the cache
     * @param embeddingWidth elements of a token that comes as a row, where the step does not say it
     */
    StepUpload(Context context, CompileOptions limits, int blockTokens, int embeddingWidth) {
        this.context = context;
        maxTokens = limits.maxTokens();
        contextLength = limits.contextLength();
        this.embeddingWidth = embeddingWidth;
        long tables = (long) limits.maxSequences() * ((limits.contextLength() + blockTokens - 1) / blockTokens);
        long bytes = 4 * (HEADER + (5L + StepInputs.AXES) * limits.maxTokens() + limits.maxOutputs() + 4L * limits.maxSequences() + tables);
        host = new HostBuffer(context, bytes, "inputs of steps");
        try {
            device = new DeviceBuffer(context, bytes, "inputs of steps");
        } catch (RuntimeException | Error e) {
            host.close();
            throw e;
        }
    }

    /** Returns where kernels find the inputs. */
    long address() {
        return device.address();
    }

    /** Returns where kernels find rows of tokens that come as embeddings; 0 if there never were any. */
    long rows() {
        return rows == null ? 0 : rows.address();
    }

    /** Copies a step to the device; {@code blockTokens} is 0 if no block table is read. */
    void upload(StepInputs inputs, int blockTokens, long stream) {
        MemorySegment data = host.segment();
        int tokens = inputs.tokens();
        int sequences = inputs.sequences();
        int longest = 0;
        for (int s = 0; s < sequences && blockTokens > 0; s++) {
            int last = inputs.position(inputs.firstToken(s) + inputs.tokenCount(s) - 1);
            longest = Math.max(longest, Math.max(last, encoded(inputs, s) - 1) / blockTokens + 1);
        }
        data.setAtIndex(JAVA_INT, 0, tokens);
        data.setAtIndex(JAVA_INT, 1, sequences);
        data.setAtIndex(JAVA_INT, 2, inputs.outputs());
        int next = HEADER;
        for (int array = 0; array < 8; array++) {
            data.setAtIndex(JAVA_INT, 3 + array, next);
            next += array < 3 ? tokens : array == 3 ? inputs.outputs() : array < 7 ? sequences : longest * sequences;
        }
        data.setAtIndex(JAVA_INT, TABLE_LENGTH, longest);
        for (int array = 0; array < 4; array++) {
            data.setAtIndex(JAVA_INT, TABLE_LENGTH + 1 + array, next);
            next += array == 0 ? StepInputs.AXES * tokens : array < 3 ? tokens : sequences;
        }
        fillTokens(data, inputs);
        fillPlaces(data, inputs);
        for (int s = 0; s < sequences; s++) {
            data.setAtIndex(JAVA_INT, data.getAtIndex(JAVA_INT, 7) + s, inputs.firstToken(s));
            data.setAtIndex(JAVA_INT, data.getAtIndex(JAVA_INT, 8) + s, inputs.tokenCount(s));
            data.setAtIndex(JAVA_INT, data.getAtIndex(JAVA_INT, 9) + s, inputs.stateSlot(s));
            data.setAtIndex(JAVA_INT, data.getAtIndex(JAVA_INT, 15) + s, encoded(inputs, s));
            if (longest > 0) {
                int[] table = inputs.blockTable(s);
                MemorySegment.copy(table, 0, data, JAVA_INT, 4L * (data.getAtIndex(JAVA_INT, 10) + (long) s * longest),
                        Math.min(table.length, longest));
            }
        }
        Driver.toDevice(device.address(), data.address(), 4L * next, stream);
    }

    /** Programs that read what an encoder left have this checked; to others it means nothing and may be any number. */
    private int encoded(StepInputs inputs, int sequence) {
        return Math.clamp(inputs.encodedPositions(sequence), 0, contextLength);
    }

    /** Where tokens are in an image, and which positions they form a whole with. */
    private static void fillPlaces(MemorySegment data, StepInputs inputs) {
        int axes = data.getAtIndex(JAVA_INT, TABLE_LENGTH + 1);
        int firsts = data.getAtIndex(JAVA_INT, TABLE_LENGTH + 2);
        int lasts = data.getAtIndex(JAVA_INT, TABLE_LENGTH + 3);
        for (int t = 0; t < inputs.tokens(); t++) {
            for (int axis = 0; axis < StepInputs.AXES; axis++) {
                data.setAtIndex(JAVA_INT, axes + (long) StepInputs.AXES * t + axis, inputs.axis(t, axis));
            }
            data.setAtIndex(JAVA_INT, firsts + t, inputs.spanFirst(t));
            data.setAtIndex(JAVA_INT, lasts + t, inputs.spanLast(t));
        }
    }

    private static void fillTokens(MemorySegment data, StepInputs inputs) {
        int ids = data.getAtIndex(JAVA_INT, 3);
        int positions = data.getAtIndex(JAVA_INT, 4);
        int owners = data.getAtIndex(JAVA_INT, 5);
        int outputs = data.getAtIndex(JAVA_INT, 6);
        for (int t = 0; t < inputs.tokens(); t++) {
            data.setAtIndex(JAVA_INT, ids + t, inputs.id(t));
            data.setAtIndex(JAVA_INT, positions + t, inputs.position(t));
            data.setAtIndex(JAVA_INT, owners + t, inputs.sequenceOf(t));
        }
        for (int o = 0; o < inputs.outputs(); o++) {
            data.setAtIndex(JAVA_INT, outputs + o, inputs.outputRow(o));
        }
    }

    /** Returns the elements of a row of tokens that come as embeddings. */
    int rowWidth(StepInputs inputs) {
        return inputs.embeddingWidth() == 0 ? embeddingWidth : inputs.embeddingWidth();
    }

    /** Copies the rows of tokens that come as embeddings, if there are any. */
    boolean uploadRows(StepInputs inputs, long stream) {
        long rowBytes = 4L * rowWidth(inputs);
        int lowest = 0;
        for (int t = 0; t < inputs.tokens(); t++) {
            lowest = Math.min(lowest, inputs.id(t));
        }
        if (lowest == 0 || rowBytes == 0) {
            return false;
        }
        long bytes = Math.multiplyExact(rowBytes, -(long) lowest);
        if (rows == null || rows.bytes() < bytes) {
            closeRows();
            long room = Math.max(bytes, rowBytes * maxTokens);
            HostBuffer staged = new HostBuffer(context, room, "embedding rows");
            try {
                rows = new DeviceBuffer(context, room, "embedding rows");
            } catch (RuntimeException | Error e) {
                staged.close();
                throw e;
            }
            stagedRows = staged;
        }
        MemorySegment.copy(inputs.embeddings(), 0, stagedRows.segment(), 0, bytes);
        Driver.toDevice(rows.address(), stagedRows.segment().address(), bytes, stream);
        return true;
    }

    private void closeRows() {
        if (rows != null) {
            rows.close();
            stagedRows.close();
            rows = null;
        }
    }

    @Override
    public void close() {
        host.close();
        device.close();
        closeRows();
    }
}
