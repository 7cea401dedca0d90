package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Message;
import dev.runtime.api.model.CreateRequest;
import dev.runtime.plugin.dialect.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what to make a model from. Failures have the words that clients compare. */
final class CreateReader {
    private static final Set<String> TEXT_FACTS = Set.of("model_family", "base_name", "quantization_level", "parameter_size");
    private static final Set<String> NUMBER_FACTS = Set.of("context_length", "embedding_length");

    private CreateReader() {}

    /**
     * Reads.
     *
     * @param model the name of the new model
     * @param from the name of its base; empty if none
     * @throws RuntimeFailure with {@code request.invalid}
     */
    static CreateRequest read(Fields fields, String model, String from, boolean strict, List<String> notes) {
        return new CreateRequest(model, from, files(fields, "files"), files(fields, "adapters"), files(fields, "draft_files"),
                fields.string("draft_quantize"), text(fields, "template"), text(fields, "system"),
                licenses(fields), OptionsReader.read(fields.object("parameters"), strict, notes).values(), messages(fields), level(fields),
                fields.string("renderer"), fields.string("parser"), fields.string("requires"), facts(fields.object("info")));
    }

    private static Optional<String> text(Fields fields, String name) {
        return fields.optionalString(name).filter(text -> !text.isEmpty());
    }

    private static String level(Fields fields) {
        String level = fields.string("quantize");
        String old = fields.string("quantization");
        return level.isEmpty() ? old : level;
    }

    private static Map<String, String> files(Fields fields, String name) {
        Map<String, String> files = new LinkedHashMap<>();
        fields.object(name).forEach((path, digest) -> {
            if (!relative(path)) {
                throw invalid("file path must be relative");
            }
            if (!(digest instanceof String text) || !text.matches("sha256[:-][0-9a-fA-F]{64}")) {
                throw invalid("invalid digest format");
            }
            files.put(path, text);
        });
        return files;
    }

    private static boolean relative(String path) {
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return true;
    }

    private static List<String> licenses(Fields fields) {
        return switch (fields.value("license").orElse("")) {
            case String one -> one.isEmpty() ? List.of() : List.of(one);
            case List<?> several when several.stream().allMatch(String.class::isInstance) -> several.stream().map(String.class::cast).toList();
            case Object other -> throw invalid("field \"license\" must be a string or an array of strings, not " + Fields.kind(other));
        };
    }

    private static List<Message> messages(Fields fields) {
        List<Message> messages = new ArrayList<>();
        for (Fields message : fields.each("messages")) {
            messages.add(Message.of(message.string("role"), message.string("content")));
        }
        return messages;
    }

    private static Map<String, Object> facts(Map<String, Object> info) {
        info.forEach((name, value) -> {
            if (TEXT_FACTS.contains(name) && !(value instanceof String)) {
                throw invalid("info field \"" + name + "\" must be a string");
            }
            if (NUMBER_FACTS.contains(name) && !(value instanceof Long n && n >= 0)) {
                throw invalid("info field \"" + name + "\" must be a non-negative integer");
            }
            if (name.equals("capabilities") && !(value instanceof List<?> list && list.stream().allMatch(String.class::isInstance))) {
                throw invalid("info field \"" + name + "\" must be an array of strings");
            }
        });
        return info;
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, message);
    }
}
