package dev.runtime.plugin.dialect.ollama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.testkit.MemoryExchange;
import dev.runtime.api.testkit.ScriptedInference;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GenerationTests {
    private static final GenerateRequest REQUEST =
            GenerateRequest.of("test", new Prompt.Text("x", "", Optional.empty(), Optional.empty(), List.of(), new int[0]));

    private final MemoryExchange exchange = new MemoryExchange("POST", "/api/chat", "");

    private void answer(ScriptedInference inference, boolean stream) throws IOException {
        var objects = new ReplyObjects("test", new ChatShape(), false, InstantSource.system());
        new Generation(inference, exchange, objects, List.of()).answer(REQUEST, stream);
    }

    private static GenerationEvent.Content content(String text) {
        return new GenerationEvent.Content(text, List.of());
    }

    @Test
    void clientThatIsGoneStopsTheEngineAtItsNextEvent() {
        exchange.leavingAfter(1);
        var inference = new ScriptedInference().plays(List.of(content("a"), content("b"), content("c")));
        assertThrows(IOException.class, () -> answer(inference, true));
        assertTrue(exchange.cancellation().cancelled());
        assertEquals(1, exchange.flushed().size());
    }

    @Test
    void faultAfterTheFirstLineIsALineWithoutParticulars() throws IOException {
        answer(new ScriptedInference().plays(List.of(content("a"))).fails(new IllegalStateException("at /secret/path")), true);
        assertEquals("{\"error\":\"internal error; the server's log says more\"}\n", exchange.flushed().getLast());
    }

    @Test
    void faultBeforeTheFirstLineEscapes() {
        assertThrows(IllegalStateException.class,
                () -> answer(new ScriptedInference().fails(new IllegalStateException("expected by the test")), true));
        assertEquals(0, exchange.status());
    }

    @Test
    void everyLineIsOneFlush() throws IOException {
        answer(new ScriptedInference().plays(List.of(content("ü"), content("\n"),
                new GenerationEvent.Done(FinishReason.STOP, Usage.NONE, List.of(), new int[0]))), true);
        assertEquals(3, exchange.flushed().size());
        for (String line : exchange.flushed()) {
            assertEquals(line.length() - 1, line.indexOf('\n'), line);
        }
    }
}
