package dev.runtime.kernel.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Options;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Loading, unloading, tokenizing, and models of providers. */
class ServedModelsTests extends ServiceFixture {
    @Test
    void loadsAndUnloads() {
        assertEquals(0, service.load("chat", Options.NONE, new KeepAlive.Forever(), Cancellation.none()).active());
        assertEquals("chat", service.loaded().getFirst().info().name());
        service.unload("chat");
        assertEquals(List.of(), service.loaded());
        service.unload("chat");
        assertEquals(ErrorCode.MODEL_NOT_FOUND, assertThrows(RuntimeFailure.class, () -> service.unload("none")).code());
        runner.requests.clear();
    }

    @Test
    void tokenizesAndBack() {
        assertArrayEquals(new int[] {256, 'a', 258}, service.tokenize("chat", "a<go>", true));
        assertEquals(5, service.tokenize("chat", "a<go>", false).length);
        assertEquals("<s>ab", service.detokenize("chat", new int[] {256, 'a', 'b'}));
        assertThrows(RuntimeFailure.class, () -> service.detokenize("chat", new int[] {-1}));
        service.unload("chat");
    }

    @Test
    void providerServesItsOwnModels() {
        FakeProvider provider = new FakeProvider();
        services.add(provider);
        generate(chat("far/model", "hi"));
        assertEquals("from afar", content());
        assertEquals(7, ((RuntimeEvent.RequestEnded) published.getLast()).usage().outputTokens());
        assertEquals(1, service.embed(embedRequest("far/model", true, 0, "x"), Cancellation.none()).vectors().size());
        service.unload("far/model");
        assertEquals("far", service.load("far/model", Options.NONE, new KeepAlive.Unchanged(), Cancellation.none()).device());
        assertEquals(ErrorCode.MODEL_NOT_FOUND, assertThrows(RuntimeFailure.class,
                () -> service.load("far/other", Options.NONE, new KeepAlive.Unchanged(), Cancellation.none())).code());
        assertThrows(RuntimeFailure.class, () -> service.tokenize("far/model", "a", true));
    }
}
