package dev.runtime.plugin.format.gguf;

/**
 * Reads metadata values into the types of {@link dev.runtime.api.model.Metadata}. Unsigned 64-bit numbers keep their bits, so one of 2^63
 * or more comes out negative.
 */
final class GgufValues {
    static final int U8 = 0;
    static final int I8 = 1;
    static final int U16 = 2;
    static final int I16 = 3;
    static final int U32 = 4;
    static final int I32 = 5;
    static final int F32 = 6;
    static final int BOOL = 7;
    static final int STRING = 8;
    static final int ARRAY = 9;
    static final int U64 = 10;
    static final int I64 = 11;
    static final int F64 = 12;

    /** The fewest bytes of one value, by type. */
    private static final int[] MIN_BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8};

    private final GgufCursor in;
    private int elements;

    GgufValues(GgufCursor in) {
        this.in = in;
    }

    /** Reads a type and the value after it. */
    Object read(String key) {
        int at = in.position();
        int type = type(key);
        return switch (type) {
            case F32 -> (double) in.f32(key);
            case F64 -> in.f64(key);
            case BOOL -> in.bool(key);
            case STRING -> in.text(key, GgufLimits.STRING_BYTES);
            case ARRAY -> array(key);
            default -> integer(at, type, key);
        };
    }

    private int type(String key) {
        int at = in.position();
        long type = in.u32("the type of " + key);
        if (type >= MIN_BYTES.length) {
            throw in.invalid(at, key + " has the value type " + type + ", allowed are 0 to " + (MIN_BYTES.length - 1));
        }
        return (int) type;
    }

    private long integer(int at, int type, String key) {
        return switch (type) {
            case U8 -> in.u8(key);
            case I8 -> in.i8(key);
            case U16 -> in.i16(key) & 0xFFFF;
            case I16 -> in.i16(key);
            case U32 -> in.u32(key);
            case I32 -> in.i32(key);
            case U64, I64 -> in.i64(key);
            default -> throw in.invalid(at, key + " has the value type " + type);
        };
    }

    private Object array(String key) {
        int at = in.position();
        int type = type(key);
        if (type == ARRAY) {
            throw in.invalid(at, key + " is an array of arrays, which is not allowed");
        }
        int count = in.count("the length of " + key, MIN_BYTES[type], GgufLimits.ARRAY_ELEMENTS - elements);
        elements += count;
        switch (type) {
            case STRING -> {
                byte[][] values = new byte[count][];
                for (int i = 0; i < count; i++) {
                    values[i] = in.string(key, GgufLimits.STRING_BYTES);
                }
                return values;
            }
            case F32 -> {
                float[] values = new float[count];
                for (int i = 0; i < count; i++) {
                    values[i] = in.f32(key);
                }
                return values;
            }
            case F64 -> {
                double[] values = new double[count];
                for (int i = 0; i < count; i++) {
                    values[i] = in.f64(key);
                }
                return values;
            }
            case BOOL -> {
                boolean[] values = new boolean[count];
                for (int i = 0; i < count; i++) {
                    values[i] = in.bool(key);
                }
                return values;
            }
            default -> {
                long[] values = new long[count];
                for (int i = 0; i < count; i++) {
                    values[i] = integer(at, type, key);
                }
                return values;
            }
        }
    }
}
