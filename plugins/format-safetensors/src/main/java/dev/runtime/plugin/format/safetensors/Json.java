package dev.runtime.plugin.format.safetensors;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON files of a model's folder as plain values: maps in file order, lists, strings, {@code Long}, {@code Double}, {@code Boolean}; null
 * values are left out of maps. Length and depth are bounded, names that come twice are refused.
 */
public final class Json {
    /** Vocabularies of 260,000 tokens with their merges take some 35 MB. */
    static final int LONGEST = 256 << 20;

    private static final int DEPTH = 64;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH).maxStringLength(64 << 20).build())
            .build();

    private Json() {}

    /**
     * Reads a file of one JSON object.
     *
     * @throws RuntimeFailure with {@code model.file_invalid} and the file's name if it is something else
     */
    public static Map<?, ?> file(Path file) throws IOException {
        if (Files.size(file) > LONGEST) {
            throw invalid(file.getFileName().toString(), "it has more than " + LONGEST + " bytes");
        }
        byte[] bytes = Files.readAllBytes(file);
        return object(file.getFileName().toString(), bytes, 0, bytes.length);
    }

    /** Reads a file of one JSON object, or nothing if there is no such file. */
    public static Optional<Map<?, ?>> fileIfThere(Path file) throws IOException {
        return Files.isRegularFile(file) ? Optional.of(file(file)) : Optional.empty();
    }

    /**
     * Reads one JSON object.
     *
     * @param what the text's name, for messages
     * @throws RuntimeFailure as {@link #file}
     */
    public static Map<?, ?> object(String what, byte[] utf8, int from, int length) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8, from, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw invalid(what, "it is no JSON object");
            }
            Map<?, ?> value = (Map<?, ?>) value(parser, JsonToken.START_OBJECT);
            if (parser.nextToken() != null) {
                throw invalid(what, "there is more after its JSON object");
            }
            return value;
        } catch (JacksonException | NumberFormatException e) {
            throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, what + " is no valid JSON; fetch the file again", e);
        }
    }

    private static RuntimeFailure invalid(String what, String reason) {
        return new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, what + " cannot be read: " + reason + "; fetch the file again");
    }

    private static Object value(JsonParser parser, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    Object value = value(parser, parser.nextToken());
                    if (value != null) {
                        map.put(name, value);
                    }
                }
                yield map;
            }
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    list.add(value(parser, next));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> switch (parser.getNumberType()) {
                case INT, LONG -> (Object) parser.getLongValue();
                // beyond 64 bits only "no limit" is meant
                case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> (Object) parser.getDoubleValue();
            };
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> throw new IllegalStateException("JSON token " + token);
        };
    }
}
