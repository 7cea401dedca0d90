package dev.runtime.kernel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTests {
    private static Optional<Object> parse(String text) {
        return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void plainValues() {
        assertEquals(Optional.of(Map.of("a", 1L, "b", List.of("x", 0.5, true), "c", Map.of("d", 1.0))),
                parse(" {\"a\":1,\"b\":[\"x\",0.5,null,true],\"c\":{\"d\":1.0,\"e\":null}} \n"));
        assertEquals(Optional.of(1e20), parse("100000000000000000000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "{", "{\"a\":1", "[1,", "{} {}", "{}x", "nul", "{\"a\":1,}", "'a'", "\u0000", "NaN"})
    void whatIsNoJson(String text) {
        assertEquals(Optional.empty(), parse(text));
    }

    @ParameterizedTest
    @ValueSource(ints = {33, 1_000, 1_000_000})
    void depthIsBounded(int depth) {
        assertEquals(Optional.empty(), parse("[".repeat(depth) + "]".repeat(depth)));
        assertEquals(Optional.empty(), parse("{\"a\":".repeat(depth) + "1" + "}".repeat(depth)));
    }

    @Test
    void hugeNumbersAreRefused() {
        assertEquals(Optional.empty(), parse("1" + "0".repeat(5_000)));
    }
}
