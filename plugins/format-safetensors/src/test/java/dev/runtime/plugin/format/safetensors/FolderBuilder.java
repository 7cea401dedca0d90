package dev.runtime.plugin.format.safetensors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Writes safetensors files. Their headers are put together from text, so that they can be wrong. */
final class FolderBuilder {
    private final StringBuilder header = new StringBuilder();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    FolderBuilder tensor(String name, String type, byte[] bytes, long... shape) {
        entry("\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}".formatted(name, type,
                Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(",")), data.size(), data.size() + bytes.length));
        data.writeBytes(bytes);
        return this;
    }

    FolderBuilder floats(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return tensor(name, "F32", bytes.array(), shape);
    }

    FolderBuilder entry(String json) {
        header.append(header.isEmpty() ? "" : ",").append(json);
        return this;
    }

    FolderBuilder data(int bytes) {
        data.writeBytes(new byte[bytes]);
        return this;
    }

    byte[] bytes() {
        return bytes("{" + header + "}");
    }

    byte[] bytes(String json) {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        return bytes(utf8.length, utf8);
    }

    byte[] bytes(long length, byte[] head) {
        ByteBuffer file = ByteBuffer.allocate(8 + head.length + data.size()).order(ByteOrder.LITTLE_ENDIAN);
        return file.putLong(length).put(head).put(data.toByteArray()).array();
    }

    void write(Path file) throws IOException {
        Files.write(file, bytes());
    }
}
