package dev.runtime.plugin.dialect;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/** JSON as plain Java values, in the order of the text, see {@link dev.runtime.api.inference.ToolDefinition}. */
public final class JsonText {
    /** Deeper than any schema, and far from the end of a stack. */
    private static final int DEEPEST = 256;
    /** Strings may be as long as the body, which has its own limit: images are strings. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).maxStringLength(Integer.MAX_VALUE).build())
            .build();

    private JsonText() {}

    /**
     * A value that may be JSON's null.
     *
     * @param plain the value, null for null
     */
    public record Value(Object plain) {}

    /**
     * Reads the first value of a body and passes over the rest.
     *
     * @return nothing if there is no value at all
     * @throws RuntimeFailure with {@code request.invalid} and the place of the mistake
     * @throws IOException if the client is gone
     */
    public static Optional<Value> read(InputStream body) throws IOException {
        Optional<Value> first;
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), new Kept(body))) {
            first = parser.nextToken() == null ? Optional.empty() : Optional.of(new Value(value(parser)));
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            // limits are broken at no place in particular
            String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the request's body is not valid JSON" + where + ": " + reason(e), e);
        } catch (NumberFormatException e) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the request's body is not valid JSON: a number is beyond all limits", e);
        }
        body.transferTo(OutputStream.nullOutputStream());
        return first;
    }

    private static String reason(JacksonException e) {
        String message = e.getOriginalMessage();
        int end = message.indexOf(" (start marker");
        int line = message.indexOf('\n');
        message = line >= 0 ? message.substring(0, line) : message;
        return end >= 0 && end < message.length() ? message.substring(0, end) : message;
    }

    private static Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> object = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    object.put(name, value(parser));
                }
                yield object;
            }
            case START_ARRAY -> {
                List<Object> array = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(parser));
                }
                yield array;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                    ? (Object) parser.getBigIntegerValue() : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> {
                double number = parser.getDoubleValue();
                yield Double.isInfinite(number) ? (Object) parser.getDecimalValue() : (Object) number;
            }
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("JSON token " + parser.currentToken());
        };
    }

    /**
     * Reads a text that is one JSON value and nothing else.
     *
     * @throws RuntimeFailure with {@code request.invalid} for any other text
     */
    public static Value read(String json) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() != null) {
                Value value = new Value(value(parser));
                if (parser.nextToken() == null) {
                    return value;
                }
            }
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the text is not one JSON value");
        } catch (JacksonException | NumberFormatException e) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the text is not valid JSON", e);
        }
    }

    /** Returns a value on one line, without a line end. */
    public static String text(Object value) {
        return new String(write(value), StandardCharsets.UTF_8);
    }

    /**
     * Writes a value on one line, without a line end, in UTF-8.
     *
     * @throws IllegalArgumentException for a value that is none of JSON
     */
    public static byte[] write(Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            write(out, value);
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator out, Object value) {
        switch (value) {
            case null -> out.writeNull();
            case String s -> out.writeString(wellFormed(s));
            case Boolean b -> out.writeBoolean(b);
            case Integer n -> out.writeNumber(n);
            case Long n -> out.writeNumber(n);
            case Float n -> number(out, n);
            case Double n -> number(out, n);
            case BigInteger n -> out.writeNumber(n);
            case BigDecimal n -> out.writeNumber(n);
            case Instant time -> out.writeString(time.toString());
            case int[] a -> out.writeArray(a, 0, a.length);
            case long[] a -> out.writeArray(a, 0, a.length);
            case float[] a -> {
                out.writeStartArray();
                for (float n : a) {
                    number(out, n);
                }
                out.writeEndArray();
            }
            case Map<?, ?> object -> {
                out.writeStartObject();
                object.forEach((name, each) -> {
                    out.writeName(wellFormed((String) name));
                    write(out, each);
                });
                out.writeEndObject();
            }
            case List<?> array -> {
                out.writeStartArray();
                array.forEach(each -> write(out, each));
                out.writeEndArray();
            }
            default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
        }
    }

    /** Half of a surrogate pair, which a request may hold as an escape, has no UTF-8: it becomes the replacement character. */
    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return text.codePoints().map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
            }
        }
        return text;
    }

    /** JSON has no infinity: the largest finite number stands for it, and 0 for "not a number". */
    private static void number(JsonGenerator out, double n) {
        out.writeNumber(Double.isNaN(n) ? 0 : Math.clamp(n, -Double.MAX_VALUE, Double.MAX_VALUE));
    }

    private static void number(JsonGenerator out, float n) {
        out.writeNumber(Float.isNaN(n) ? 0 : Math.clamp(n, -Float.MAX_VALUE, Float.MAX_VALUE));
    }

    /** A body that stays readable when the parser closes its source. */
    private static final class Kept extends java.io.FilterInputStream {
        Kept(InputStream body) {
            super(body);
        }

        @Override
        public void close() {
            // the exchange's own
        }
    }
}
