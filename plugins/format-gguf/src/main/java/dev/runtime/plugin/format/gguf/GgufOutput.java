package dev.runtime.plugin.format.gguf;

import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Builds the header of a file of version 3. Types of values: what readers insist on, so 32 bits where a number fits, unsigned for single
 * ones and signed in arrays, single precision where it loses nothing, bytes for the one array that must be bytes.
 */
final class GgufOutput {
    static final int ALIGNMENT = 32;
    private static final int VERSION = 3;
    private static final String CHARACTER_MAP = "tokenizer.ggml.precompiled_charsmap";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private GgufOutput() {}

    /**
     * Returns the bytes before the data, padded.
     *
     * @param metadata values of the types of {@link dev.runtime.api.model.Metadata}
     * @param tensors the type of each tensor, in the order of the data
     */
    static byte[] header(Map<String, Object> metadata, Map<TensorInfo, TensorType> tensors) {
        GgufOutput out = new GgufOutput();
        out.i32(GgufHeader.MAGIC);
        out.i32(VERSION);
        out.i64(tensors.size());
        out.i64(metadata.size());
        metadata.forEach((key, value) -> {
            out.string(key.getBytes(StandardCharsets.UTF_8));
            out.value(key, value);
        });
        long offset = 0;
        for (Map.Entry<TensorInfo, TensorType> tensor : tensors.entrySet()) {
            long[] shape = tensor.getKey().shape();
            out.string(tensor.getKey().name().getBytes(StandardCharsets.UTF_8));
            out.i32(shape.length);
            for (long n : shape) {
                out.i64(n);
            }
            out.i32(tensor.getValue().id());
            out.i64(offset);
            offset = padded(Math.addExact(offset, tensor.getValue().bytes(tensor.getKey().elements())));
        }
        while (out.bytes.size() % ALIGNMENT != 0) {
            out.bytes.write(0);
        }
        return out.bytes.toByteArray();
    }

    /** Returns the next multiple of the alignment. */
    static long padded(long n) {
        return Math.addExact(n, ALIGNMENT - 1) & -ALIGNMENT;
    }

    private void value(String key, Object value) {
        switch (value) {
            case Long n -> integer(n);
            case Double d when (float) (double) d == d || d.isNaN() -> {
                i32(GgufValues.F32);
                i32(Float.floatToRawIntBits((float) (double) d));
            }
            case Double d -> {
                i32(GgufValues.F64);
                i64(Double.doubleToRawLongBits(d));
            }
            case Boolean b -> {
                i32(GgufValues.BOOL);
                bytes.write(b ? 1 : 0);
            }
            case String s -> {
                i32(GgufValues.STRING);
                string(s.getBytes(StandardCharsets.UTF_8));
            }
            default -> {
                i32(GgufValues.ARRAY);
                array(key, value);
            }
        }
    }

    private void integer(long n) {
        if (n >= 0 && n <= 0xFFFFFFFFL) {
            i32(GgufValues.U32);
            i32((int) n);
        } else if (n == (int) n) {
            i32(GgufValues.I32);
            i32((int) n);
        } else {
            i32(GgufValues.I64);
            i64(n);
        }
    }

    private void array(String key, Object value) {
        switch (value) {
            case byte[][] strings -> {
                arrayOf(GgufValues.STRING, strings.length);
                for (byte[] s : strings) {
                    string(s);
                }
            }
            case float[] numbers -> {
                arrayOf(GgufValues.F32, numbers.length);
                for (float n : numbers) {
                    i32(Float.floatToRawIntBits(n));
                }
            }
            case double[] numbers -> {
                arrayOf(GgufValues.F64, numbers.length);
                for (double n : numbers) {
                    i64(Double.doubleToRawLongBits(n));
                }
            }
            case boolean[] truths -> {
                arrayOf(GgufValues.BOOL, truths.length);
                for (boolean b : truths) {
                    bytes.write(b ? 1 : 0);
                }
            }
            case long[] numbers -> integers(key, numbers);
            default -> throw new IllegalArgumentException(key + " has a value of " + value.getClass());
        }
    }

    private void integers(String key, long[] numbers) {
        boolean small = true;
        for (long n : numbers) {
            small &= n == (int) n;
        }
        int type = key.equals(CHARACTER_MAP) ? GgufValues.U8 : small ? GgufValues.I32 : GgufValues.I64;
        arrayOf(type, numbers.length);
        for (long n : numbers) {
            switch (type) {
                case GgufValues.U8 -> bytes.write((int) n);
                case GgufValues.I32 -> i32((int) n);
                default -> i64(n);
            }
        }
    }

    private void arrayOf(int type, int length) {
        i32(type);
        i64(length);
    }

    private void string(byte[] utf8) {
        i64(utf8.length);
        bytes.writeBytes(utf8);
    }

    private void i32(int n) {
        bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(n).array());
    }

    private void i64(long n) {
        bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(n).array());
    }
}
