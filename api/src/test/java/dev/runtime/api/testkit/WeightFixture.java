package dev.runtime.api.testkit;

import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Random weights of every type that can be made without a quantiser: random bits with scales of a sane size. */
public final class WeightFixture implements WeightSource {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Map<String, MemorySegment> tensors = new HashMap<>();
    private final SplittableRandom random;

    /** Creates weights from a seed. */
    public WeightFixture(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public MemorySegment data(TensorInfo tensor) {
        return tensors.get(tensor.name()).asReadOnly();
    }

    /** Makes a tensor of about unit rows: elements have a standard deviation near {@code 1 / sqrt(in)}. */
    public Weight matrix(TensorType type, long in, long... rest) {
        long[] shape = new long[rest.length + 1];
        shape[0] = in;
        System.arraycopy(rest, 0, shape, 1, rest.length);
        TensorInfo tensor = new TensorInfo("w" + tensors.size(), type, shape);
        MemorySegment data = Arena.ofAuto().allocate(tensor.bytes(), 64);
        fill(type, data, 1 / Math.sqrt(in));
        tensors.put(tensor.name(), data);
        return Weight.of(tensor);
    }

    /** Makes a vector of 32-bit floats around a mean. */
    public Weight vector(long n, double mean, double deviation) {
        TensorInfo tensor = new TensorInfo("w" + tensors.size(), TensorType.F32, new long[] {n});
        MemorySegment data = Arena.ofAuto().allocate(tensor.bytes(), 64);
        for (long i = 0; i < n; i++) {
            data.set(FLOAT, 4 * i, (float) (mean + deviation * random.nextGaussian()));
        }
        tensors.put(tensor.name(), data);
        return Weight.of(tensor);
    }

    private void fill(TensorType type, MemorySegment data, double deviation) {
        switch (type) {
            case F32 -> {
                for (long i = 0; i < data.byteSize(); i += 4) {
                    data.set(FLOAT, i, (float) (deviation * random.nextGaussian()));
                }
            }
            case F16 -> {
                for (long i = 0; i < data.byteSize(); i += 2) {
                    data.set(SHORT, i, Float.floatToFloat16((float) (deviation * random.nextGaussian())));
                }
            }
            case BF16 -> {
                for (long i = 0; i < data.byteSize(); i += 2) {
                    data.set(SHORT, i, (short) (Float.floatToRawIntBits((float) (deviation * random.nextGaussian())) >> 16));
                }
            }
            case TensorType other -> {
                if (other.quantized()) {
                    blocks(other, data, deviation);
                }
            }
        }
    }

    private void blocks(TensorType type, MemorySegment data, double deviation) {
        for (long i = 0; i < data.byteSize(); i++) {
            data.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        int[] scales = switch (type) {
            case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {0, 2};
            case Q2_K -> new int[] {80, 82};
            case Q3_K -> new int[] {108};
            case Q6_K -> new int[] {208};
            case TQ1_0 -> new int[] {52};
            case TQ2_0 -> new int[] {64};
            case MXFP4, NVFP4 -> new int[0];
            case TensorType other -> new int[] {0};
        };
        double size = deviation / switch (type) {
            case Q8_0 -> 74;
            case Q4_0, Q4_1 -> 5;
            case Q5_0, Q5_1 -> 9;
            case Q2_K -> 13;
            case Q3_K -> 42;
            case Q4_K -> 280;
            case Q5_K -> 560;
            case Q6_K -> 1400;
            case IQ4_NL -> 70;
            case IQ4_XS -> 1300;
            case TensorType other -> 1;
        };
        for (long block = 0; block < data.byteSize(); block += type.blockBytes()) {
            for (int scale : scales) {
                double sign = scales.length == 1 && random.nextBoolean() ? -1 : 1;
                data.set(SHORT, block + scale, Float.floatToFloat16((float) (sign * size * (0.5 + random.nextDouble()))));
            }
            if (type == TensorType.MXFP4) {
                data.set(ValueLayout.JAVA_BYTE, block, (byte) (118 + random.nextInt(6)));
            }
            for (int i = 0; i < 4 && type == TensorType.NVFP4; i++) {
                data.set(ValueLayout.JAVA_BYTE, block + i, (byte) (8 + random.nextInt(32)));
            }
        }
    }
}
