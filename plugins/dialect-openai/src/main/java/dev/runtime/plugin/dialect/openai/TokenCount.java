package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.inference.Usage;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts tokens of all choices of a reply; the prompt is the same for all and counts once. For one thread. */
final class TokenCount {
    private int prompt;
    private int cached;
    private int completion;
    private boolean counted;

    void add(Usage usage) {
        if (!counted) {
            prompt = usage.promptTokens();
            cached = usage.cachedTokens();
            counted = true;
        }
        completion += usage.outputTokens();
    }

    /** Returns the object of {@code usage}; the part about cached tokens is only there if there were any. */
    Map<String, Object> usage() {
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("prompt_tokens", prompt);
        usage.put("completion_tokens", completion);
        usage.put("total_tokens", prompt + completion);
        if (cached > 0) {
            usage.put("prompt_tokens_details", Map.of("cached_tokens", cached));
        }
        return usage;
    }
}
