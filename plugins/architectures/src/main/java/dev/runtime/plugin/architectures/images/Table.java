package dev.runtime.plugin.architectures.images;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** A tensor read on the host: learned positions, or a matrix that is stored the other way round. */
final class Table {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final float[] values;
    final int width;
    final int rows;

    private Table(float[] values, int width) {
        this.values = values;
        this.width = width;
        rows = values.length / width;
    }

    /** Reads a tensor of plain numbers. */
    static Table of(ModelFile file, TensorInfo tensor) {
        MemorySegment data = file.data(tensor);
        float[] values = new float[Math.toIntExact(tensor.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (tensor.type()) {
                case F32 -> data.get(FLOAT, 4L * i);
                case F16 -> Float.float16ToFloat(data.get(SHORT, 2L * i));
                case BF16 -> Float.intBitsToFloat(data.get(SHORT, 2L * i) << 16);
                default -> throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, "tensor " + tensor
                        + " of the image encoder is read as F32, F16 or BF16 only");
            };
        }
        return new Table(values, Math.toIntExact(tensor.dim(0)));
    }

    float at(int row, int column) {
        return values[row * width + column];
    }

    /** Adds {@code factor} times a row to part of an array. */
    void add(int row, double factor, float[] target, int from) {
        for (int i = 0; i < width; i++) {
            target[from + i] += (float) (factor * values[row * width + i]);
        }
    }
}
