package dev.runtime.plugin.http.undertow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTests {
    @ParameterizedTest
    @CsvSource({"/api/tags,/api/tags", "/a%20b,/a b", "/a+b,/a+b", "/%C3%BC,/ü", "/%2f%2F,/%2F%2F", "/%2e%2e/x,/../x", "/..%5cx,/..\\x",
            "/%25%32%66,/%2f", "/%F0%9F%98%80,/😀"})
    void paths(String raw, String decoded) {
        assertEquals(decoded, RequestTarget.of(raw, "").path());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%", "/%a", "/%g0", "/%0g", "/%-1", "/%+1", "/%00", "/%0d%0a", "/%7f", "/%80", "/%c0%af", "/%ed%a0%80", "/%fe",
            "/%１２"})
    void brokenPaths(String raw) {
        assertEquals(ErrorCode.REQUEST_INVALID, assertThrows(RuntimeFailure.class, () -> RequestTarget.of(raw, "")).code());
    }

    @Test
    void queries() {
        assertEquals(Map.of("a", "1", "b", "x y", "c", "", "d=", "=&", "", "z"),
                RequestTarget.of("/", "a=1&a=2&b=x+y&c&d%3D=%3D%26&=z").query());
        assertEquals(Map.of(), RequestTarget.of("/", "").query());
    }
}
