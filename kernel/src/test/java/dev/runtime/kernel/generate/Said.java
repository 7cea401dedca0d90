package dev.runtime.kernel.generate;

import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.GenerationEvent.Content;
import dev.runtime.api.inference.GenerationEvent.Thought;
import java.util.List;

/** The texts of a generation's events. */
final class Said {
    private Said() {}

    static String content(List<GenerationEvent> events) {
        StringBuilder text = new StringBuilder();
        events.forEach(e -> text.append(e instanceof Content c ? c.text() : ""));
        return text.toString();
    }

    static String thoughts(List<GenerationEvent> events) {
        StringBuilder text = new StringBuilder();
        events.forEach(e -> text.append(e instanceof Thought t ? t.text() : ""));
        return text.toString();
    }
}
