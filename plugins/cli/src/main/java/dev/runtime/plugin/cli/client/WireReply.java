package dev.runtime.plugin.cli.client;

import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.inference.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Lines of a streamed reply of the server's native API as events. */
final class WireReply {
    private WireReply() {}

    static List<GenerationEvent> events(JsonNode chunk) {
        List<GenerationEvent> events = new ArrayList<>();
        JsonNode message = chunk.has("message") ? chunk.get("message") : chunk;
        String thinking = message.path("thinking").asString("");
        if (!thinking.isEmpty()) {
            events.add(new GenerationEvent.Thought(thinking, List.of()));
        }
        String content = message.path(chunk.has("message") ? "content" : "response").asString("");
        if (!content.isEmpty()) {
            events.add(new GenerationEvent.Content(content, List.of()));
        }
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode function = call.path("function");
            Map<String, Object> arguments = new LinkedHashMap<>();
            function.path("arguments").properties()
                    .forEach(e -> arguments.put(e.getKey(), JsonMapper.shared().treeToValue(e.getValue(), Object.class)));
            events.add(new GenerationEvent.Called(new ToolCall(call.path("id").asString(""), function.path("index").asInt(0),
                    function.path("name").asString(""), arguments)));
        }
        if (chunk.path("done").asBoolean(false)) {
            events.add(done(chunk));
        }
        return events;
    }

    private static GenerationEvent done(JsonNode chunk) {
        FinishReason reason = switch (chunk.path("done_reason").asString("stop")) {
            case "length" -> FinishReason.LENGTH;
            case "load" -> FinishReason.LOAD;
            case "unload" -> FinishReason.UNLOAD;
            default -> FinishReason.STOP;
        };
        List<String> notes = new ArrayList<>();
        chunk.path("notes").forEach(note -> notes.add(note.asString()));
        return new GenerationEvent.Done(reason, new Usage(chunk.path("prompt_eval_count").asInt(0), 0, chunk.path("eval_count").asInt(0),
                nanos(chunk, "total_duration"), nanos(chunk, "load_duration"), Duration.ZERO, nanos(chunk, "prompt_eval_duration"),
                nanos(chunk, "eval_duration")), notes, new int[0]);
    }

    private static Duration nanos(JsonNode chunk, String key) {
        return Duration.ofNanos(chunk.path(key).asLong(0));
    }
}
