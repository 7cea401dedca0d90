package dev.runtime.plugin.format.gguf;

import dev.runtime.api.model.TensorType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes tiny GGUF files, sound ones and, through the numbers it takes as they are, damaged ones. */
class GgufBuilder {
    private final ByteArrayOutputStream pairs = new ByteArrayOutputStream();
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private int magic = GgufHeader.MAGIC;
    private int version = 3;
    private int alignment = 32;
    private long tensorCount;
    private long pairCount;

    /** Returns a sound file with a value of every type and tensors of several types. */
    static GgufBuilder sound() {
        return new GgufBuilder()
                .text("general.architecture", "llama")
                .pair("a.u8", 0, new byte[] {(byte) 200})
                .pair("a.i8", 1, new byte[] {-3})
                .pair("a.u16", 2, little(2, 60_000))
                .pair("a.i16", 3, little(2, -300))
                .u32("a.u32", 4_000_000_000L)
                .pair("a.i32", 5, little(4, -70_000))
                .pair("a.f32", 6, little(4, Float.floatToIntBits(1.5f)))
                .pair("a.bool", 7, new byte[] {1})
                .pair("a.u64", 10, little(8, 1L << 40))
                .pair("a.i64", 11, little(8, -5))
                .pair("a.f64", 12, little(8, Double.doubleToLongBits(0.25)))
                .array("l.i32", 5, 3, join(little(4, 7), little(4, -8), little(4, 9)))
                .array("l.f32", 6, 2, join(little(4, Float.floatToIntBits(2.5f)), little(4, Float.floatToIntBits(-1))))
                .array("l.f64", 12, 1, little(8, Double.doubleToLongBits(3)))
                .array("l.bool", 7, 2, new byte[] {1, 0})
                .array("l.text", 8, 3, join(string("one"), string(""), string(new byte[] {(byte) 0xFF, 'x'})))
                .array("l.none", 4, 0, new byte[0])
                .tensor("token_embd.weight", TensorType.F32, 4, 3)
                .tensor("blk.0.attn_q.weight", TensorType.Q8_0, 64, 2)
                .tensor("output_norm.weight", TensorType.F16, 5);
    }

    GgufBuilder magic(int value) {
        magic = value;
        return this;
    }

    GgufBuilder version(int value) {
        version = value;
        return this;
    }

    /** Changes how tensor data is aligned; writes no key. */
    GgufBuilder alignment(int value) {
        alignment = value;
        return this;
    }

    GgufBuilder tensorCount(long value) {
        tensorCount = value;
        return this;
    }

    GgufBuilder pairCount(long value) {
        pairCount = value;
        return this;
    }

    GgufBuilder text(String key, String value) {
        return pair(key, 8, string(value));
    }

    GgufBuilder u32(String key, long value) {
        return pair(key, 4, little(4, value));
    }

    /** Adds a key with a type number and the bytes of its value. */
    GgufBuilder pair(String key, int type, byte[] value) {
        pairs.writeBytes(string(key));
        pairs.writeBytes(little(4, type));
        pairs.writeBytes(value);
        pairCount++;
        return this;
    }

    GgufBuilder array(String key, int type, long count, byte[] values) {
        return pair(key, 9, join(little(4, type), little(8, count), values));
    }

    /** Adds a tensor with its data: bytes that count up. */
    GgufBuilder tensor(String name, TensorType type, long... shape) {
        long elements = 1;
        for (long n : shape) {
            elements *= n;
        }
        while (data.size() % alignment != 0) {
            data.write(0);
        }
        entry(name, shape.length, type.id(), data.size(), shape);
        for (int i = 0; i < type.bytes(elements); i++) {
            data.write(i);
        }
        return this;
    }

    /** Adds a directory entry of the given numbers, without data. */
    GgufBuilder entry(String name, long dimensions, long type, long offset, long... shape) {
        directory.writeBytes(string(name));
        directory.writeBytes(little(4, dimensions));
        for (long n : shape) {
            directory.writeBytes(little(8, n));
        }
        directory.writeBytes(little(4, type));
        directory.writeBytes(little(8, offset));
        tensorCount++;
        return this;
    }

    byte[] bytes() {
        byte[] header = join(little(4, magic), little(4, version), little(8, tensorCount), little(8, pairCount),
                pairs.toByteArray(), directory.toByteArray());
        return join(header, new byte[Math.floorMod(-header.length, alignment)], data.toByteArray());
    }

    static byte[] string(String value) {
        return string(value.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] string(byte[] value) {
        return join(little(8, value.length), value);
    }

    static byte[] little(int size, long value) {
        return java.util.Arrays.copyOf(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array(), size);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
