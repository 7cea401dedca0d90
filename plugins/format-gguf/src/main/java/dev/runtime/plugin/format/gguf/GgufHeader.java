package dev.runtime.plugin.format.gguf;

import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The checked header of one file.
 *
 * @param metadata all key-value pairs, in file order
 * @param data the bytes of each tensor, in file order: slices of the mapping
 */
record GgufHeader(Metadata metadata, Map<TensorInfo, MemorySegment> data) {
    /** {@code "GGUF"} read as little-endian. */
    static final int MAGIC = 0x46554747;

    private static final String ALIGNMENT = "general.alignment";
    /** A key and its length, a type, a value. */
    private static final int PAIR_BYTES = 8 + 1 + 4 + 1;
    /** A name and its length, the number of dimensions, one of them, a type, an offset. */
    private static final int TENSOR_BYTES = 8 + 1 + 4 + 8 + 4 + 8;
    /** Alignments beyond this are a sign of damage. */
    private static final long MAX_ALIGNMENT = 1 << 24;

    /**
     * Reads and checks a mapped file.
     *
     * @param file its name, without its folder
     */
    static GgufHeader read(String file, MemorySegment mapping) {
        GgufCursor in = new GgufCursor(file, mapping);
        version(in);
        int tensors = in.count("the number of tensors", 1, GgufLimits.TENSORS);
        int pairs = in.count("the number of metadata keys", PAIR_BYTES, GgufLimits.PAIRS);
        Metadata metadata = metadata(in, pairs);
        if (tensors > in.remaining() / TENSOR_BYTES) {
            throw in.invalid(8, "the number of tensors is " + tensors + ", but the " + in.remaining() + " bytes after the metadata hold at most "
                    + in.remaining() / TENSOR_BYTES);
        }
        return new GgufHeader(metadata, tensors(in, tensors, alignment(in, metadata), mapping));
    }

    /** Returns the same over another mapping of the same file; the first may be closed. */
    GgufHeader moved(MemorySegment from, MemorySegment to) {
        Map<TensorInfo, MemorySegment> moved = new LinkedHashMap<>(HashMap.newHashMap(data.size()));
        data.forEach((info, segment) -> moved.put(info, to.asSlice(segment.address() - from.address(), segment.byteSize())));
        return new GgufHeader(metadata, moved);
    }

    private static void version(GgufCursor in) {
        int magic = in.i32("the magic number");
        if (magic != MAGIC) {
            throw in.invalid(0, "there is 0x%08x where GGUF (0x%08x) is expected".formatted(magic, MAGIC));
        }
        long version = in.u32("the version");
        if ((version & 0xFFFF) == 0) {
            throw in.unsupported(4, "the version reads " + version + ": a big-endian file; convert it to little-endian");
        }
        if (version != 2 && version != 3) {
            throw in.unsupported(4, "the version is " + version + ", known are 2 and 3; convert the file again");
        }
    }

    private static Metadata metadata(GgufCursor in, int pairs) {
        Map<String, Object> values = new LinkedHashMap<>();
        GgufValues reader = new GgufValues(in);
        for (int i = 0; i < pairs; i++) {
            int at = in.position();
            String key = in.text("the name of metadata key " + i, GgufLimits.KEY_BYTES);
            if (key.isEmpty()) {
                throw in.invalid(at, "metadata key " + i + " has no name");
            }
            if (values.put(key, reader.read(key)) != null) {
                throw in.invalid(at, "the metadata key " + key + " is there twice");
            }
        }
        return new Metadata(values);
    }

    private static long alignment(GgufCursor in, Metadata metadata) {
        long alignment = metadata.integer(ALIGNMENT, 32);
        if (alignment < 1 || alignment > MAX_ALIGNMENT || Long.bitCount(alignment) != 1) {
            throw in.invalid(in.position(), ALIGNMENT + " is " + alignment + ", allowed are powers of two up to " + MAX_ALIGNMENT);
        }
        return alignment;
    }

    private static Map<TensorInfo, MemorySegment> tensors(GgufCursor in, int count, long alignment, MemorySegment mapping) {
        Map<String, TensorInfo> infos = new LinkedHashMap<>();
        long[] offsets = new long[count];
        for (int i = 0; i < count; i++) {
            int at = in.position();
            TensorInfo info = tensor(in, i);
            if (infos.put(info.name(), info) != null) {
                throw in.invalid(at, "the tensor " + info.name() + " is there twice");
            }
            at = in.position();
            offsets[i] = in.i64("the offset of " + info.name());
            if (offsets[i] < 0 || offsets[i] % alignment != 0) {
                throw in.invalid(at, "the offset of " + info.name() + " is " + Long.toUnsignedString(offsets[i])
                        + ", no multiple of " + alignment + " below 2^63");
            }
        }
        // both terms are at most 2^28, so neither the sum nor the rounding wraps
        long start = (in.position() + alignment - 1) & -alignment;
        Map<TensorInfo, MemorySegment> data = new LinkedHashMap<>(HashMap.newHashMap(count));
        int i = 0;
        for (TensorInfo info : infos.values()) {
            data.put(info, slice(in, info, start, offsets[i++], mapping));
        }
        return data;
    }

    private static MemorySegment slice(GgufCursor in, TensorInfo info, long start, long offset, MemorySegment mapping) {
        long bytes = info.bytes();
        long room = mapping.byteSize() - start;
        if (offset > room || bytes > room - offset) {
            throw in.invalid(in.position(), "the tensor " + info.name() + " takes " + bytes + " bytes at offset " + offset
                    + " of the data, which starts at byte " + start + ", but the file ends at byte " + mapping.byteSize());
        }
        return mapping.asSlice(start + offset, bytes);
    }

    /** Reads a directory entry up to its offset. */
    private static TensorInfo tensor(GgufCursor in, int index) {
        int at = in.position();
        String name = in.text("the name of tensor " + index, GgufLimits.NAME_BYTES);
        if (name.isEmpty()) {
            throw in.invalid(at, "tensor " + index + " has no name");
        }
        at = in.position();
        long dimensions = in.u32("the dimensions of " + name);
        if (dimensions < 1 || dimensions > 4) {
            throw in.invalid(at, name + " has " + dimensions + " dimensions, allowed are 1 to 4");
        }
        long[] shape = new long[(int) dimensions];
        at = in.position();
        for (int i = 0; i < shape.length; i++) {
            shape[i] = in.i64("dimension " + i + " of " + name);
        }
        int typeAt = in.position();
        TensorType type = type(in, typeAt, in.u32("the type of " + name), name);
        checkShape(in, at, name, type, shape);
        return new TensorInfo(name, type, shape);
    }

    private static TensorType type(GgufCursor in, int at, long id, String name) {
        if (id == 4) {
            throw in.unsupported(at, name + " has type 4, the raw MXFP4 of early gpt-oss files; fetch a file with type 39 (MXFP4)");
        }
        return TensorType.of(id).orElseThrow(() -> in.unsupported(at, name + " has the tensor type " + id + ", which is not known"));
    }

    private static void checkShape(GgufCursor in, int at, String name, TensorType type, long[] shape) {
        long elements = 1;
        for (long n : shape) {
            // 2^63 / 8 bounds the bytes as well: no type takes more than 8 bytes an element
            if (n < 1 || n > Long.MAX_VALUE / 8 / elements) {
                throw in.invalid(at, name + " has the shape " + Arrays.toString(shape)
                        + ", allowed are positive numbers whose product is below 2^60");
            }
            elements *= n;
        }
        if (shape[0] % type.blockSize() != 0) {
            throw in.invalid(at, name + " has rows of " + shape[0] + " elements, but " + type + " comes in blocks of " + type.blockSize());
        }
    }
}
