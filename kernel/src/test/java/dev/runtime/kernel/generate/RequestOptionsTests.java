package dev.runtime.kernel.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Options;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestOptionsTests {
    private final Notes notes = new Notes(false);

    @Test
    void defaults() {
        RequestOptions o = read(Map.of(), Map.of());
        assertEquals(0.8, o.sampling().temperature());
        assertEquals(40, o.sampling().topK());
        assertEquals(0.9, o.sampling().topP());
        assertEquals(0.0, o.sampling().minP());
        assertEquals(1.0, o.sampling().typicalP());
        assertEquals(64, o.sampling().repeatLastN());
        assertEquals(1.0, o.sampling().repeatPenalty());
        assertEquals(-1, o.sampling().seed());
        assertEquals(-1, o.predict());
        assertEquals(4, o.keep());
        assertEquals(0, o.context());
        assertEquals(List.of(), o.stop());
        assertTrue(notes.texts().isEmpty());
    }

    @Test
    void requestGoesOverTheModelOverTheDefaults() {
        RequestOptions o = read(Map.of("temperature", 0.1, "top_k", 5L, "stop", List.of("A")), Map.of("top_k", 7L, "stop", List.of("B")));
        assertEquals(0.1, o.sampling().temperature());
        assertEquals(7, o.sampling().topK());
        assertEquals(List.of("B"), o.stop());
    }

    @Test
    void nullIsNotGiven() {
        Map<String, Object> values = new HashMap<>();
        values.put("temperature", null);
        assertEquals(0.8, read(Map.of(), values).sampling().temperature());
    }

    @Test
    void fractionsOfIntegersAreCutOff() {
        RequestOptions o = read(Map.of(), Map.of("top_k", 7.9, "seed", new BigDecimal("-3.9"), "num_predict", BigInteger.TEN));
        assertEquals(7, o.sampling().topK());
        assertEquals(-3, o.sampling().seed());
        assertEquals(10, o.predict());
    }

    @ParameterizedTest
    @CsvSource({"top_k, integer", "seed, integer", "num_ctx, integer", "num_gpu, integer", "temperature, float32", "use_mmap, boolean", "use_mlock, boolean",
        "stop, array"})
    void wrongTypesAreNamed(String key, String type) {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> read(Map.of(), Map.of(key, "text")));
        assertEquals(ErrorCode.REQUEST_INVALID, e.code());
        assertEquals("option \"" + key + "\" must be of type " + type, e.getMessage());
    }

    @Test
    void stopHoldsTexts() {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> read(Map.of(), Map.of("stop", List.of("a", 1L))));
        assertEquals("option \"stop\" must be of type an array of strings", e.getMessage());
        assertEquals(List.of("a"), read(Map.of(), Map.of("stop", Arrays.asList("", "a", "a"))).stop());
        assertEquals(List.of("only"), read(Map.of("stop", "only"), Map.of()).stop(), "a model may have one text");
        assertThrows(RuntimeFailure.class, () -> read(Map.of(), Map.of("stop", List.of("x".repeat(100_000)))));
    }

    @Test
    void emptyStopReplacesTheModelsOwn() {
        assertEquals(List.of(), read(Map.of("stop", List.of("A")), Map.of("stop", List.of())).stop());
    }

    @Test
    void numbersAreBounded() {
        assertEquals(4, read(Map.of(), Map.of("num_ctx", 1L)).context());
        assertEquals(0, read(Map.of(), Map.of("num_ctx", 0L)).context());
        assertEquals(0.0, read(Map.of(), Map.of("temperature", -2.0)).sampling().temperature());
        assertThrows(RuntimeFailure.class, () -> read(Map.of(), Map.of("num_ctx", 1L << 40)));
        assertThrows(RuntimeFailure.class, () -> read(Map.of(), Map.of("temperature", new BigDecimal("1e999"))));
        assertThrows(RuntimeFailure.class, () -> read(Map.of(), Map.of("top_k", new BigInteger("9".repeat(30)))));
    }

    @Test
    void aRepeatPenaltyThatIsNoneIsIgnored() {
        assertEquals(1, read(Map.of(), Map.of("repeat_penalty", 0.0)).sampling().repeatPenalty());
        assertEquals(1, read(Map.of(), Map.of("repeat_penalty", -2L)).sampling().repeatPenalty());
        assertEquals(2, notes.texts().size());
        assertEquals(0.5, read(Map.of(), Map.of("repeat_penalty", 0.5)).sampling().repeatPenalty());
    }

    @Test
    void unknownOptionsAreNotedObsoleteOnesAreNot() {
        read(Map.of(), Map.of("bogus", 1L, "tfs_z", 1L, "num_gqa", 8L));
        assertEquals(List.of("unknown option \"bogus\" was ignored"), notes.texts());
        RuntimeFailure e = assertThrows(RuntimeFailure.class,
                () -> RequestOptions.read(Map.of(), Options.of(Map.of("bogus", 1L)), new Notes(true)));
        assertEquals(ErrorCode.REQUEST_INVALID, e.code());
    }

    @Test
    void optionsWithoutEffectAreNoted() {
        assertTrue(read(Map.of(), Map.of("num_gpu", 0L)).onHost());
        read(Map.of(), Map.of("use_mmap", false));
        assertEquals(1, notes.texts().size());
    }

    @Test
    void memoryIsLockedWhereItIsAskedFor() {
        assertFalse(read(Map.of(), Map.of()).locked());
        assertTrue(read(Map.of("use_mlock", true), Map.of()).locked());
        assertFalse(read(Map.of("use_mlock", true), Map.of("use_mlock", false)).locked());
        assertEquals(List.of(), notes.texts());
    }

    @Test
    void theNumberOfDraftsIsTheEnginesChoiceUnlessGiven() {
        assertEquals(-1, read(Map.of(), Map.of()).drafts());
        assertEquals(0, read(Map.of(), Map.of("draft_num_predict", 0L)).drafts());
        assertEquals(4, read(Map.of(), Map.of("draft_num_predict", 4L)).drafts());
        assertEquals(List.of(), notes.texts());
    }

    private RequestOptions read(Map<String, Object> model, Map<String, Object> request) {
        return RequestOptions.read(model, Options.of(request), notes);
    }
}
