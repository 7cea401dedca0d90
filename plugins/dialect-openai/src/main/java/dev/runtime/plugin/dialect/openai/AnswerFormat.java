package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.inference.OutputFormat;
import dev.runtime.plugin.dialect.Fields;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads what shape an answer is to have. */
final class AnswerFormat {
    private AnswerFormat() {}

    /**
     * Reads {@code response_format} of chat, whose schema has an object around it. Without one the fields count by which other servers
     * with this API are told more.
     */
    static OutputFormat chat(Fields request, List<String> ignored) {
        Fields format = request.fields("response_format");
        Fields named = format.fields("json_schema");
        OutputFormat read = of(type(format), named);
        accounted(named, ignored);
        accounted(format, ignored);
        return read instanceof OutputFormat.Free ? GuidedFormat.read(request, ignored) : read;
    }

    /** Reads {@code text.format} of responses, where the schema stands by itself. */
    static OutputFormat responses(Fields text, List<String> ignored) {
        Fields format = text.fields("format");
        OutputFormat read = of(type(format), format);
        accounted(format, ignored);
        return read;
    }

    private static String type(Fields format) {
        return format.string("type").strip().toLowerCase(Locale.ROOT);
    }

    private static OutputFormat of(String type, Fields named) {
        Map<String, Object> schema = named.object("schema");
        return switch (type) {
            case "json_object" -> new OutputFormat.Json();
            case "json_schema" -> schema.isEmpty() ? new OutputFormat.Free() : new OutputFormat.Schema(schema, named.flag("strict", false));
            default -> new OutputFormat.Free();
        };
    }

    /** A schema's name is for people. */
    private static void accounted(Fields fields, List<String> ignored) {
        fields.known("name");
        fields.known("description");
        fields.known("strict");
        ignored.addAll(fields.ignored());
    }
}
