package dev.runtime.plugin.architectures;

import dev.runtime.api.model.ModelShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    String family() {
        return facts.get("arch").asString();
    }

    /** Returns the types of the matrices: vectors are F32 in all files. */
    String types() {
        List<String> types = new ArrayList<>();
        facts.get("types").forEach(type -> types.add(type.asString()));
        if (types.size() > 1) {
            types.remove("F32");
        }
        return String.join("+", types);
    }

    /** Returns the pooling that the reference's vector must have: what the file says, or else what the model does. */
    String pooling(ModelShape.Pooling model) {
        boolean silent = facts.has("kv") && !facts.get("kv").has(family() + ".pooling_type");
        return silent ? model.name().toLowerCase(Locale.ROOT) : facts.get("default_pooling").asString();
    }

    /**
     * Whether the result is one number, in which the reference's GELU, a table of half floats, does not average out: the tolerance is met with
     * that GELU, and our own has a bound of its own.
     */
    boolean needsHalfGelu() {
        return facts.get("tol").has("nmse_exact_gelu");
    }

    /** Returns the tolerance of embeddings with an exact GELU. */
    JsonNode tolerance() {
        return facts.get("tol").get(needsHalfGelu() ? "nmse_exact_gelu" : "nmse");
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

    static double largestError(float[] x, float[] reference) {
        double largest = 0;
        for (int i = 0; i < x.length; i++) {
            largest = Math.max(largest, Math.abs((double) x[i] - reference[i]));
        }
        return largest;
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
