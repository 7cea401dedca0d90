package dev.runtime.plugin.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.testkit.FakeSettings;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class FieldsTests {
    private static Fields of(String json) {
        return new Fields("", JsonText.read(json).plain());
    }

    private static String refused(String json, Function<Fields, Object> read) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> read.apply(of(json)));
        assertEquals(ErrorCode.REQUEST_INVALID, failure.code());
        return failure.getMessage();
    }

    @Test
    void namesInAnotherCaseAreFoundIfTheExactOneIsMissing() {
        assertEquals("a", of("{\"MODEL\":\"b\",\"model\":\"a\"}").string("model"));
        assertEquals("b", of("{\"MODEL\":\"b\",\"model\":null}").string("model"));
    }

    @Test
    void numbersAreWhatTheySay() {
        assertEquals(OptionalDouble.of(1), of("{\"t\":1}").number("t"));
        assertEquals(OptionalDouble.empty(), of("{\"t\":null}").number("t"));
        assertEquals(OptionalLong.of(1L << 40), of("{\"t\":1099511627776}").whole("t"));
        assertEquals(OptionalLong.empty(), of("{}").whole("t"));
        assertEquals("field \"t\" must be an integer, not the number 1.5", refused("{\"t\":1.5}", f -> f.whole("t")));
        assertEquals("field \"t\" must be an integer of 32 bits, not the number 1099511627776",
                refused("{\"t\":1099511627776}", f -> f.integer("t", 0)));
        assertTrue(refused("{\"t\":1e999}", f -> f.number("t")).contains("finite"));
        assertEquals("field \"a[1].t\" must be a boolean, not a string",
                refused("{\"a\":[{},{\"t\":\"x\"}]}", f -> f.each("a").get(1).flag("t", false)));
    }

    @Test
    void whatNobodyAskedForIsIgnoredUnlessItIsNull() {
        Fields fields = of("{\"a\":1,\"b\":null,\"c\":2,\"d\":false,\"e\":true}");
        fields.known("a");
        fields.knownIf("d", Boolean.FALSE::equals);
        fields.knownIf("e", Boolean.FALSE::equals);
        assertEquals(List.of("c", "e"), fields.ignored());
        assertEquals(Optional.empty(), fields.value("b"));
    }

    @Test
    void whatIsIgnoredIsSaidOnceAndRefusedIfStrict() {
        List<String> notes = new ArrayList<>();
        List<String> ignored = List.of("messages[0].x", "messages[12].x", "y");
        new RequestReader(FakeSettings.DEFAULTS, "").account(ignored, notes);
        assertEquals(List.of("ignored field \"messages[].x\"", "ignored field \"y\""), notes);
        RequestReader strict = new RequestReader(new FakeSettings(Map.of("server.strict", "true")), "");
        assertThrows(RuntimeFailure.class, () -> strict.account(ignored, notes));
        assertThrows(RuntimeFailure.class, () -> strict.concede("not done", notes));
        assertEquals(2, notes.size());
    }

    @Test
    void hugeNumbersStayWhatTheyAre() {
        assertEquals(new BigDecimal("1e999"), of("{\"t\":1e999}").value("t").orElseThrow());
    }
}
