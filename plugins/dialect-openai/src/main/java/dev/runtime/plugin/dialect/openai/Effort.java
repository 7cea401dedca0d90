package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Thinking;
import dev.runtime.plugin.dialect.Fields;
import java.util.List;
import java.util.Optional;

/** Reads how hard a model is to think. */
final class Effort {
    private Effort() {}

    /** Reads {@code reasoning.effort}, or {@code reasoning_effort} if there is no such object; nothing if neither says anything. */
    static Optional<Thinking> read(Fields fields, List<String> ignored) {
        String plain = fields.string("reasoning_effort");
        if (fields.value("reasoning").isEmpty()) {
            return of(plain);
        }
        Fields reasoning = fields.fields("reasoning");
        Optional<Thinking> thinking = of(reasoning.string("effort"));
        reasoning.known("summary");
        reasoning.known("generate_summary");
        ignored.addAll(reasoning.ignored());
        return thinking;
    }

    private static Optional<Thinking> of(String effort) {
        return switch (effort) {
            case "" -> Optional.empty();
            case "none" -> Optional.of(Thinking.OFF);
            case "minimal", "low" -> Optional.of(Thinking.LOW);
            case "medium" -> Optional.of(Thinking.MEDIUM);
            case "high" -> Optional.of(Thinking.HIGH);
            case "xhigh", "ultra", "max" -> Optional.of(Thinking.MAX);
            default -> throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "invalid reasoning value: \"" + effort
                    + "\" (must be \"minimal\", \"low\", \"medium\", \"high\", \"xhigh\", \"ultra\", \"max\", or \"none\")");
        };
    }
}
