package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.JsonText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads forms of answers in the fields of other servers: {@code structured_outputs} and {@code guided_*} of vLLM, {@code grammar} and
 * {@code json_schema} of llama.cpp's server.
 */
final class GuidedFormat {
    private GuidedFormat() {}

    static OutputFormat read(Fields request, List<String> ignored) {
        List<OutputFormat> all = new ArrayList<>();
        Fields structured = request.fields("structured_outputs");
        add(structured, "", all);
        ignored.addAll(structured.ignored());
        add(request, "guided_", all);
        request.optionalString("grammar").filter(text -> !text.isEmpty()).ifPresent(text -> all.add(new OutputFormat.Grammar(text)));
        request.value("json_schema").ifPresent(schema -> all.add(schema(request.place("json_schema"), schema)));
        if (all.size() > 1) {
            throw invalid("the answer's form is given in " + all.size() + " fields; one is enough");
        }
        return all.isEmpty() ? new OutputFormat.Free() : all.getFirst();
    }

    private static void add(Fields fields, String prefix, List<OutputFormat> all) {
        fields.value(prefix + "json").ifPresent(schema -> all.add(schema(fields.place(prefix + "json"), schema)));
        fields.optionalString(prefix + "regex").ifPresent(pattern -> all.add(new OutputFormat.Regex(pattern)));
        fields.optionalString(prefix + "grammar").ifPresent(text -> all.add(new OutputFormat.Grammar(text)));
        List<String> choices = new ArrayList<>();
        for (Object each : fields.list(prefix + "choice")) {
            if (!(each instanceof String text)) {
                throw invalid("field \"" + fields.place(prefix + "choice") + "\" must hold strings, not " + Fields.kind(each));
            }
            choices.add(text);
        }
        if (!choices.isEmpty()) {
            all.add(new OutputFormat.Choice(choices));
        }
    }

    /** A schema may come as an object or as its text. */
    @SuppressWarnings("unchecked")
    private static OutputFormat schema(String place, Object value) {
        Object plain = value instanceof String text ? parsed(text) : value;
        if (!(plain instanceof Map<?, ?> schema)) {
            throw invalid("field \"" + place + "\" must be a JSON schema object, not " + Fields.kind(plain));
        }
        return new OutputFormat.Schema((Map<String, Object>) schema);
    }

    private static Object parsed(String text) {
        try {
            return JsonText.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))).map(JsonText.Value::plain).orElse(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, message);
    }
}
