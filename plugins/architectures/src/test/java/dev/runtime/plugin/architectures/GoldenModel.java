package dev.runtime.plugin.architectures;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One golden model: its file, prompts and reference vectors.
 *
 * @param folder where the files are
 * @param facts the model's JSON
 * @param floats all reference vectors
 */
record GoldenModel(Path folder, JsonNode facts, float[] floats) {
    static GoldenModel read(Path folder, String name) throws IOException {
        JsonNode facts = JsonMapper.shared().readTree(folder.resolve(name + ".json"));
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name + ".f32"))).order(ByteOrder.LITTLE_ENDIAN);
        float[] floats = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(floats);
        return new GoldenModel(folder, facts, floats);
    }

    String name() {
        return facts.get("name").asString();
    }

    /** Unpacks the weights into a folder. */
    Path unpack(Path target) throws IOException {
        Path file = target.resolve(name() + ".gguf");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve(facts.get("file").asString())))) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    /** Returns the vector that an {@code {offset, count}} node describes. */
    float[] vector(JsonNode range) {
        int offset = range.get("offset").asInt();
        return java.util.Arrays.copyOfRange(floats, offset, offset + range.get("count").asInt());
    }

    static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }

    /** {@code sum((x - ref)^2) / sum(ref^2)}. */
    static double nmse(float[] x, float[] reference) {
        if (x.length != reference.length) {
            throw new AssertionError(x.length + " values, reference has " + reference.length);
        }
        double error = 0;
        double power = 0;
        for (int i = 0; i < x.length; i++) {
            error += ((double) x[i] - reference[i]) * ((double) x[i] - reference[i]);
            power += (double) reference[i] * reference[i];
        }
        return error / power;
    }
}
