package dev.runtime.plugin.format.safetensors.weights;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.MappedFiles;
import dev.runtime.plugin.format.safetensors.Json;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Reads the directory of one safetensors file: eight bytes with the header's length, a JSON header, the data.
 *
 * <p>Nothing is allocated for numbers that were not compared with the file's length, ranges lie within the data, have exactly the
 * length that type and shape give, and do not overlap.
 */
final class TensorFile {
    /** What the reference reader allows. */
    private static final long LONGEST_HEADER = 100_000_000;
    private static final int MOST_TENSORS = 1 << 18;
    private static final int MOST_DIMENSIONS = 8;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** Bytes of an element. */
    private static final Map<String, Integer> TYPES = Map.ofEntries(Map.entry("F64", 8), Map.entry("F32", 4), Map.entry("F16", 2),
            Map.entry("BF16", 2), Map.entry("I64", 8), Map.entry("I32", 4), Map.entry("I16", 2), Map.entry("I8", 1), Map.entry("U8", 1),
            Map.entry("U16", 2), Map.entry("U32", 4), Map.entry("U64", 8), Map.entry("BOOL", 1), Map.entry("F8_E4M3", 1),
            Map.entry("F8_E5M2", 1), Map.entry("F8_E8M0", 1));

    private final String file;

    private TensorFile(String file) {
        this.file = file;
    }

    /** Maps a file and returns its tensors in the order of the data. */
    static List<RawTensor> open(Path path, MappedFiles files) throws IOException {
        return new TensorFile(path.getFileName().toString()).read(files.map(path));
    }

    private List<RawTensor> read(MemorySegment mapping) {
        if (mapping.byteSize() < 8) {
            throw invalid("it has " + mapping.byteSize() + " bytes, too few for a header");
        }
        long length = mapping.get(LONG, 0);
        if (length < 2 || length > LONGEST_HEADER || length > mapping.byteSize() - 8) {
            throw invalid("its header is said to have " + Long.toUnsignedString(length) + " bytes, the file has " + mapping.byteSize());
        }
        byte[] header = mapping.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE);
        Map<?, ?> directory = Json.object("the header of " + file, header, 0, header.length);
        if (directory.size() > MOST_TENSORS) {
            throw invalid("it lists " + directory.size() + " tensors, at most " + MOST_TENSORS + " are allowed");
        }
        MemorySegment data = mapping.asSlice(8 + length);
        record Place(RawTensor tensor, long from, long to) {}
        List<Place> places = new ArrayList<>();
        directory.forEach((name, entry) -> {
            if (!name.equals("__metadata__")) {
                long[] range = range((String) name, entry, data.byteSize());
                places.add(new Place(tensor((String) name, (Map<?, ?>) entry, data.asSlice(range[0], range[1] - range[0])), range[0], range[1]));
            }
        });
        places.sort(Comparator.comparingLong(Place::from).thenComparingLong(Place::to));
        long end = 0;
        for (Place place : places) {
            if (place.from() < end) {
                throw invalid("the data of " + place.tensor().name() + " overlaps that of another tensor");
            }
            end = place.to();
        }
        return places.stream().map(Place::tensor).toList();
    }

    private long[] range(String name, Object entry, long room) {
        if (name.isEmpty() || !(entry instanceof Map<?, ?> map) || !(map.get("data_offsets") instanceof List<?> offsets) || offsets.size() != 2
                || !(offsets.get(0) instanceof Long from) || !(offsets.get(1) instanceof Long to)) {
            throw invalid("the entry of " + shown(name) + " has no data_offsets of two integers");
        }
        if (from < 0 || to < from || to > room) {
            throw invalid("the data of " + shown(name) + " lies at " + from + " to " + to + ", the file has " + room + " bytes of data");
        }
        return new long[] {from, to};
    }

    private RawTensor tensor(String name, Map<?, ?> entry, MemorySegment data) {
        if (!(entry.get("dtype") instanceof String type) || !(entry.get("shape") instanceof List<?> list) || list.size() > MOST_DIMENSIONS) {
            throw invalid("the entry of " + shown(name) + " lacks its type, or a shape of at most " + MOST_DIMENSIONS + " dimensions");
        }
        Integer elementBytes = TYPES.get(type);
        if (elementBytes == null) {
            throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, file + " has a tensor of the type " + shown(type)
                    + ", which is not known; convert the model to BF16, F16 or F32");
        }
        long[] shape = new long[list.size()];
        long bytes = elementBytes;
        for (int i = 0; i < shape.length; i++) {
            if (!(list.get(i) instanceof Long n) || n < 0 || n > 0 && bytes > Long.MAX_VALUE / n) {
                throw invalid("the shape of " + shown(name) + " is " + list + ", which is none");
            }
            shape[i] = n;
            bytes *= n;
        }
        if (bytes != data.byteSize()) {
            throw invalid(shown(name) + " is " + type + Arrays.toString(shape) + ", which takes " + bytes + " bytes, but its data has "
                    + data.byteSize());
        }
        return new RawTensor(name, type, shape, data);
    }

    private static String shown(String text) {
        return "\"" + (text.length() > 80 ? text.substring(0, 80) + "…" : text) + "\"";
    }

    private RuntimeFailure invalid(String problem) {
        return new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, file + " is no sound safetensors file: " + problem
                + "; fetch the file again or ask who made it");
    }
}
