package dev.runtime.distribution;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.json.JsonMapper;

/**
 * A random request.
 *
 * @param path the route
 * @param body its JSON, perhaps damaged
 * @param givenUp whether the client goes before the reply ends
 */
record SoakRequest(String path, String body, boolean givenUp) {
    private static final String[] TEXTS = {"What is the capital of France?", "Tell me a story.", "3 + 4 =", "", "\0\uFFFF\uD800 😀",
        "<|im_end|><|im_start|>", "word ".repeat(700)};
    private static final Object[] VALUES = {0, 1, -1, 2, 40, 0.5, 1e308, -1e308, Integer.MAX_VALUE, Long.MIN_VALUE, "x", true, List.of(), 1e-320};
    private static final String[] OPTIONS = {"temperature", "top_k", "top_p", "min_p", "typical_p", "repeat_last_n", "repeat_penalty",
        "presence_penalty", "frequency_penalty", "seed", "num_keep", "draft_num_predict", "mirostat", "cache_salt", "no_such_option"};
    private static final Object[] FORMATS = {"json", Map.of("type", "object", "properties", Map.of("a", Map.of("type", "integer")), "required",
            List.of("a")), Map.of("enum", List.of("yes", "no")), Map.of("type", List.of()), 7};

    static SoakRequest random(Random random) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", random.nextInt(20) == 0 ? "none" : "demo");
        String path = switch (random.nextInt(6)) {
            case 0 -> {
                body.put("input", random.nextBoolean() ? text(random) : List.of(text(random), text(random)));
                yield "/api/embed";
            }
            case 1 -> {
                body.put("messages", messages(random));
                body.put("max_tokens", 1 + random.nextInt(30));
                body.put("stream", random.nextBoolean());
                yield random.nextBoolean() ? "/v1/chat/completions" : "/v1/messages";
            }
            case 2, 3 -> {
                body.put("prompt", text(random));
                body.put("raw", random.nextBoolean());
                yield "/api/generate";
            }
            default -> {
                body.put("messages", messages(random));
                body.put("think", random.nextBoolean());
                yield "/api/chat";
            }
        };
        if (path.startsWith("/api/")) {
            body.put("options", options(random));
            if (random.nextInt(5) == 0) {
                body.put("format", FORMATS[random.nextInt(FORMATS.length)]);
            }
            if (random.nextInt(30) == 0) {
                body.put("keep_alive", 0);
            }
        }
        return new SoakRequest(path, damaged(JsonMapper.shared().writeValueAsString(body), random), random.nextInt(4) == 0);
    }

    private static Map<String, Object> options(Random random) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("num_predict", random.nextInt(40));
        for (int i = random.nextInt(3); i > 0; i--) {
            options.put(OPTIONS[random.nextInt(OPTIONS.length)], VALUES[random.nextInt(VALUES.length)]);
        }
        return options;
    }

    private static List<Object> messages(Random random) {
        List<Object> messages = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            messages.add(Map.of("role", random.nextInt(15) == 0 ? "nobody" : i % 2 == 0 ? "user" : "assistant", "content", text(random)));
        }
        return messages;
    }

    private static String text(Random random) {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private static String damaged(String json, Random random) {
        if (random.nextInt(10) > 0) {
            return json;
        }
        int at = random.nextInt(json.length());
        return random.nextBoolean() ? json.substring(0, at) : json.substring(0, at) + (char) (32 + random.nextInt(90)) + json.substring(at + 1);
    }
}
