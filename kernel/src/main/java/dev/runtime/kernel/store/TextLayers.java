package dev.runtime.kernel.store;

import dev.runtime.api.inference.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The meaning of layers that hold text. */
final class TextLayers {
    private TextLayers() {}

    static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /**
     * Returns options: {@code String}, {@code Long}, {@code Double}, {@code Boolean}, lists of strings. Other values are dropped; stop strings
     * are always a list.
     */
    static Map<String, Object> parameters(byte[] json) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        Json.object(json).orElse(Map.of()).forEach((key, value) -> {
            String name = String.valueOf(key);
            switch (value) {
                case String s when name.equals("stop") -> parameters.put(name, List.of(s));
                case String s -> parameters.put(name, s);
                case Long n -> parameters.put(name, n);
                case Double d -> parameters.put(name, d);
                case Boolean b -> parameters.put(name, b);
                case List<?> list -> parameters.put(name, list.stream().map(String::valueOf).toList());
                case Object _ -> { } // an object means nothing here
            }
        });
        return parameters;
    }

    static List<Message> messages(byte[] json) {
        List<Message> messages = new ArrayList<>();
        if (Json.parse(json).orElse(List.of()) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?> map && !Json.text(map, "role").isEmpty()) {
                    messages.add(Message.of(Json.text(map, "role"), Json.text(map, "content")));
                }
            }
        }
        return messages;
    }
}
