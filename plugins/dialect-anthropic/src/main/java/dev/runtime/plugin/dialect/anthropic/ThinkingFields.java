package dev.runtime.plugin.dialect.anthropic;

import dev.runtime.api.inference.Thinking;
import dev.runtime.plugin.dialect.Fields;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads whether and how hard a model is to think; nothing if the request does not say. */
final class ThinkingFields {
    private ThinkingFields() {}

    static Optional<Thinking> read(Fields request, Fields output, List<String> ignored) {
        Fields thinking = request.fields("thinking");
        String type = thinking.string("type");
        String effort = output.string("effort").strip().toLowerCase(Locale.ROOT);
        ignored.addAll(thinking.ignored());
        return switch (type) {
            case "enabled" -> Optional.of(Thinking.ON);
            case "disabled" -> Optional.of(Thinking.OFF);
            default -> switch (effort) {
                case "low" -> Optional.of(Thinking.LOW);
                case "medium" -> Optional.of(Thinking.MEDIUM);
                case "high", "xhigh" -> Optional.of(Thinking.HIGH);
                case "max" -> Optional.of(Thinking.MAX);
                default -> {
                    if (!effort.isEmpty()) {
                        ignored.add(output.place("effort"));
                    }
                    yield Optional.empty();
                }
            };
        };
    }
}
