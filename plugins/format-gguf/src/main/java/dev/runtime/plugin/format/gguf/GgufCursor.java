package dev.runtime.plugin.format.gguf;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Walks over the header of one file. Every read is checked against the end first, so nothing is allocated for bytes that are not there.
 * For one thread.
 */
final class GgufCursor {
    private static final byte[] EMPTY = {};

    private final String file;
    private final long fileLength;
    private final ByteBuffer bytes;
    private int position;

    /**
     * Starts at the file's first byte.
     *
     * @param file the file's name, without its folder, for messages
     */
    GgufCursor(String file, MemorySegment mapping) {
        this.file = file;
        this.fileLength = mapping.byteSize();
        this.bytes = mapping.asSlice(0, Math.min(fileLength, GgufLimits.HEADER_BYTES)).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    int position() {
        return position;
    }

    int remaining() {
        return bytes.limit() - position;
    }

    int u8(String what) {
        return bytes.get(advance(1, what)) & 0xFF;
    }

    int i8(String what) {
        return bytes.get(advance(1, what));
    }

    int i16(String what) {
        return bytes.getShort(advance(2, what));
    }

    int i32(String what) {
        return bytes.getInt(advance(4, what));
    }

    long u32(String what) {
        return Integer.toUnsignedLong(i32(what));
    }

    long i64(String what) {
        return bytes.getLong(advance(8, what));
    }

    float f32(String what) {
        return bytes.getFloat(advance(4, what));
    }

    double f64(String what) {
        return bytes.getDouble(advance(8, what));
    }

    /** Reads a truth value, one byte of 0 or 1. */
    boolean bool(String what) {
        int at = position;
        int value = u8(what);
        if (value > 1) {
            throw invalid(at, what + " is the boolean " + value + ", allowed are 0 and 1");
        }
        return value == 1;
    }

    /**
     * Reads a 64-bit count of things to come.
     *
     * @param entryBytes the bytes that one of them takes at least; bounds the count by what is left of the header
     */
    int count(String what, int entryBytes, int limit) {
        int at = position;
        long count = i64(what);
        if (count < 0 || count > limit) {
            throw invalid(at, what + " is " + Long.toUnsignedString(count) + ", allowed are at most " + limit);
        }
        if (count > remaining() / entryBytes) {
            throw invalid(at, what + " is " + count + ", but the " + remaining() + " bytes left hold at most " + remaining() / entryBytes);
        }
        return (int) count;
    }

    /** Reads a length and that many bytes. */
    byte[] string(String what, int limit) {
        int length = count(what, 1, limit);
        if (length == 0) {
            return EMPTY;
        }
        byte[] value = new byte[length];
        bytes.get(advance(length, what), value);
        return value;
    }

    /** Reads a length and that many bytes of UTF-8; what is no UTF-8 becomes U+FFFD. */
    String text(String what, int limit) {
        return new String(string(what, limit), StandardCharsets.UTF_8);
    }

    /** Returns the failure for what was found at an offset. */
    RuntimeFailure invalid(long offset, String problem) {
        return new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, file + " is no sound GGUF file: at byte " + offset + " " + problem
                + "; fetch the file again or ask who made it");
    }

    /** Returns the failure for something sound that this reader does not know. */
    RuntimeFailure unsupported(long offset, String problem) {
        return new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, file + " cannot be read: at byte " + offset + " " + problem);
    }

    private int advance(int size, String what) {
        int at = position;
        if (size > bytes.limit() - at) {
            throw invalid(at, bytes.limit() < fileLength
                    ? "the metadata is longer than the " + GgufLimits.HEADER_BYTES + " bytes allowed"
                    : what + " needs " + size + " bytes, but the file ends at byte " + fileLength);
        }
        position = at + size;
        return at;
    }
}
