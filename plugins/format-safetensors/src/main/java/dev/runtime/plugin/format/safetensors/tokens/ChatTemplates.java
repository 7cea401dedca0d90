package dev.runtime.plugin.format.safetensors.tokens;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.plugin.format.safetensors.Json;
import dev.runtime.plugin.format.safetensors.families.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Chat templates: in a file of their own, or in the tokenizer's configuration as one text or as several with names. */
final class ChatTemplates {
    private static final String KEY = "tokenizer.chat_template";
    private static final int LONGEST = 4 << 20;

    private ChatTemplates() {}

    static void add(Path folder, Map<?, ?> settings, Facts facts) throws IOException {
        Path file = folder.resolve("chat_template.jinja");
        if (Files.isRegularFile(file)) {
            if (Files.size(file) > LONGEST) {
                throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "chat_template.jinja has more than " + LONGEST + " bytes");
            }
            facts.put(KEY, Files.readString(file));
            return;
        }
        Optional<Object> other = Json.fileIfThere(folder.resolve("chat_template.json")).map(map -> map.get("chat_template"));
        switch (settings.get("chat_template") != null ? settings.get("chat_template") : other.orElse(null)) {
            case String text -> facts.put(KEY, text);
            case List<?> several -> {
                for (Object each : several) {
                    if (each instanceof Map<?, ?> named && named.get("name") instanceof String name && named.get("template") instanceof String text) {
                        facts.put(name.equals("default") ? KEY : KEY + "." + name, text);
                    }
                }
            }
            case null, default -> { }
        }
    }
}
