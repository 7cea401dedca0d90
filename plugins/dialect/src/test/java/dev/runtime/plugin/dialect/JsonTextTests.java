package dev.runtime.plugin.dialect;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTests {
    private static Object read(byte[] json) throws IOException {
        return JsonText.read(new ByteArrayInputStream(json)).orElseThrow().plain();
    }

    private static Object read(String json) throws IOException {
        return read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String written(Object value) {
        return new String(JsonText.write(value), StandardCharsets.UTF_8);
    }

    @Test
    void numbersKeepTheirValue() throws IOException {
        assertEquals(Arrays.asList(1L, Long.MIN_VALUE, new BigInteger("9223372036854775808"), 1.5, 100.0, new BigDecimal("1e999"), -0.0),
                read("[1, -9223372036854775808, 9223372036854775808, 1.5, 1e2, 1e999, -0.0]"));
    }

    @Test
    void writtenFormOfEveryKind() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("z", null);
        object.put("a", List.of(true, 1, 2L, 0.1f, 0.1, new BigInteger("12345678901234567890"), new BigDecimal("1.10")));
        object.put("m", new int[] {1, 2});
        object.put("v", new float[] {0.1f, Float.NaN, Float.POSITIVE_INFINITY});
        object.put("d", Double.NEGATIVE_INFINITY);
        assertEquals("{\"z\":null,\"a\":[true,1,2,0.1,0.1,12345678901234567890,1.10],\"m\":[1,2],\"v\":[0.1,0.0,3.4028235E38],"
                + "\"d\":-1.7976931348623157E308}", written(object));
        assertThrows(IllegalArgumentException.class, () -> JsonText.write(new Object()));
    }

    @Test
    void halfSurrogatesBecomeReplacements() throws IOException {
        assertEquals("\"a\uFFFDb\uD83D\uDE00\"", written(read("\"a\\ud800b\\ud83d\\ude00\"")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"a\"", "{\"a\":}", "[1,]", "nul", "\"a", "NaN", "{a:1}", "'a'", "01", "+1", "/**/1", "\u0000", "\"\u0001\""})
    void mistakesAreNamedWithTheirPlace(String json) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> read(json));
        assertEquals(ErrorCode.REQUEST_INVALID, failure.code());
        assertTrue(failure.getMessage().startsWith("the request's body is not valid JSON at line 1, column "), failure.getMessage());
    }

    @Test
    void limitsAreMistakesToo() {
        for (String json : List.of("[".repeat(100_000), "{\"a\":".repeat(100_000), "9".repeat(100_000), "1." + "9".repeat(100_000),
                "{\"" + "k".repeat(100_000) + "\":1}")) {
            assertEquals(ErrorCode.REQUEST_INVALID, assertThrows(RuntimeFailure.class, () -> read(json)).code());
        }
    }

    @Test
    void bytesThatAreNoTextAreMistakes() {
        for (int b = 0x80; b < 0x100; b++) {
            byte[] json = {'"', (byte) b, '"'};
            assertEquals(ErrorCode.REQUEST_INVALID, assertThrows(RuntimeFailure.class, () -> read(json)).code());
        }
    }

    @Test
    void noValueAtAll() throws IOException {
        assertTrue(JsonText.read(InputStream.nullInputStream()).isEmpty());
        assertTrue(JsonText.read(new ByteArrayInputStream(" \r\n\t ".getBytes(StandardCharsets.UTF_8))).isEmpty());
    }

    @Test
    void wholeBodyIsTakenIn() throws IOException {
        InputStream body = new ByteArrayInputStream(("{} " + "x".repeat(50_000)).getBytes(StandardCharsets.UTF_8));
        assertEquals(Map.of(), JsonText.read(body).orElseThrow().plain());
        assertEquals(-1, body.read());
    }

    @Test
    void failuresOfTheConnectionStayWhatTheyAre() {
        InputStream gone = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }
        };
        assertEquals("gone", assertThrows(IOException.class, () -> JsonText.read(gone)).getMessage());
        InputStream slow = new InputStream() {
            @Override
            public int read() {
                throw new RuntimeFailure(ErrorCode.REQUEST_TIMEOUT, "slow");
            }
        };
        assertEquals(ErrorCode.REQUEST_TIMEOUT, assertThrows(RuntimeFailure.class, () -> JsonText.read(slow)).code());
    }

    @Test
    void whatIsWrittenReadsTheSame() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            Object value = value(random, 4);
            byte[] json = JsonText.write(value);
            assertEquals(value, read(json));
            assertArrayEquals(json, JsonText.write(read(json)));
        }
    }

    /** Damaged documents end in a failure or a value, never in anything else. */
    @Test
    void damagedDocuments() throws IOException {
        Random random = new Random(11);
        for (int i = 0; i < 5000; i++) {
            byte[] json = JsonText.write(value(random, 3));
            json[random.nextInt(json.length)] = (byte) random.nextInt(256);
            try {
                JsonText.read(new ByteArrayInputStream(json));
            } catch (RuntimeFailure e) {
                assertEquals(ErrorCode.REQUEST_INVALID, e.code());
            }
        }
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong();
            case 3 -> random.nextDouble() * Math.pow(10, random.nextInt(600) - 300);
            case 4 -> text(random);
            case 5 -> BigInteger.valueOf(random.nextLong()).multiply(BigInteger.valueOf(Long.MAX_VALUE)).subtract(BigInteger.TWO.pow(100));
            case 6 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    list.add(value(random, depth - 1));
                }
                yield list;
            }
            default -> {
                Map<String, Object> object = new LinkedHashMap<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    object.put(text(random), value(random, depth - 1));
                }
                yield object;
            }
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            int c = random.nextInt(3) == 0 ? random.nextInt(Character.MAX_CODE_POINT + 1) : random.nextInt(128);
            text.appendCodePoint(c >= 0xD800 && c < 0xE000 ? 'x' : c);
        }
        return text.toString();
    }
}
