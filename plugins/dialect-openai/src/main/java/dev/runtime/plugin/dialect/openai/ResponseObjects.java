package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Role;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.inference.Usage;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.Identifiers;
import dev.runtime.plugin.dialect.JsonText;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the objects of one response. Thoughts are handed out as they are, also under the name for encrypted ones. */
final class ResponseObjects {
    private final String id = Identifiers.next("");
    private final InstantSource clock;
    private final long created;
    private final Map<String, Object> echo;
    private int items;

    /** Creates; what the request says is echoed. */
    ResponseObjects(Fields request, InstantSource clock) {
        this.clock = clock;
        created = clock.instant().getEpochSecond();
        echo = new LinkedHashMap<>();
        for (String name : List.of("model", "instructions", "tools", "tool_choice", "truncation", "parallel_tool_calls", "text", "top_p",
                "temperature", "reasoning", "max_output_tokens", "background", "previous_response_id", "store", "metadata")) {
            request.value(name).ifPresent(value -> echo.put(name, value));
        }
    }

    /** Returns the response before its end. */
    Map<String, Object> begun() {
        return response("in_progress", List.of());
    }

    /** Returns the response at its end. */
    Map<String, Object> completed(List<Map<String, Object>> output, Usage usage, List<String> notes) {
        Map<String, Object> response = response("completed", output);
        response.put("completed_at", clock.instant().getEpochSecond());
        response.put("usage", usage(usage));
        ChatObjects.putNotes(response, notes);
        return response;
    }

    /** Returns the response after a failure. */
    Map<String, Object> failed(List<Map<String, Object>> output, RuntimeFailure failure) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", switch (failure.code().status()) {
            case 401 -> "authentication_error";
            case 429 -> "rate_limit_exceeded";
            default -> "api_error";
        });
        error.put("message", failure.getMessage());
        Map<String, Object> response = response("failed", output);
        response.put("error", error);
        return response;
    }

    private Map<String, Object> response(String status, List<Map<String, Object>> output) {
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("id", "resp_" + id);
        response.put("object", "response");
        response.put("created_at", created);
        response.put("completed_at", null);
        response.put("status", status);
        response.put("incomplete_details", null);
        response.put("model", echo.get("model"));
        response.put("previous_response_id", echo.get("previous_response_id"));
        response.put("instructions", echo.get("instructions"));
        response.put("output", List.copyOf(output));
        response.put("error", null);
        response.put("tools", echo.getOrDefault("tools", List.of()));
        response.put("tool_choice", echo.getOrDefault("tool_choice", "auto"));
        response.put("truncation", echo.getOrDefault("truncation", "disabled"));
        response.put("parallel_tool_calls", echo.getOrDefault("parallel_tool_calls", true));
        response.put("text", echo.getOrDefault("text", Map.of("format", Map.of("type", "text"))));
        response.put("top_p", echo.getOrDefault("top_p", 1));
        response.put("presence_penalty", 0);
        response.put("frequency_penalty", 0);
        response.put("top_logprobs", 0);
        response.put("temperature", echo.getOrDefault("temperature", 1));
        response.put("reasoning", echo.get("reasoning"));
        response.put("usage", null);
        response.put("max_output_tokens", echo.get("max_output_tokens"));
        response.put("max_tool_calls", null);
        response.put("store", echo.getOrDefault("store", true));
        response.put("background", echo.getOrDefault("background", false));
        response.put("service_tier", "default");
        response.put("metadata", echo.getOrDefault("metadata", Map.of()));
        response.put("safety_identifier", null);
        response.put("prompt_cache_key", null);
        return response;
    }

    private static Map<String, Object> usage(Usage counts) {
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("input_tokens", counts.promptTokens());
        usage.put("output_tokens", counts.outputTokens());
        usage.put("total_tokens", counts.promptTokens() + counts.outputTokens());
        usage.put("input_tokens_details", Map.of("cached_tokens", counts.cachedTokens()));
        usage.put("output_tokens_details", Map.of("reasoning_tokens", 0));
        return usage;
    }

    /** Returns the id of another item. */
    String itemId(String kind) {
        return kind + "_" + id + "_" + items++;
    }

    static Map<String, Object> reasoning(String itemId, String text, boolean done) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("id", itemId);
        item.put("type", "reasoning");
        if (done) {
            Map<String, Object> summary = new LinkedHashMap<>();
            summary.put("type", "summary_text");
            summary.put("text", text);
            item.put("summary", List.of(summary));
            item.put("encrypted_content", text);
        } else {
            item.put("summary", List.of());
        }
        return item;
    }

    static Map<String, Object> message(String itemId, String status, List<Map<String, Object>> content) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("id", itemId);
        item.put("type", "message");
        item.put("status", status);
        item.put("role", Role.ASSISTANT);
        item.put("content", content);
        return item;
    }

    static Map<String, Object> text(String text) {
        Map<String, Object> part = new LinkedHashMap<>();
        part.put("type", "output_text");
        part.put("text", text);
        part.put("annotations", List.of());
        part.put("logprobs", List.of());
        return part;
    }

    static Map<String, Object> call(String itemId, String callId, ToolCall call, boolean done) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("id", itemId);
        item.put("type", "function_call");
        item.put("status", done ? "completed" : "in_progress");
        item.put("call_id", callId);
        item.put("name", call.name());
        item.put("arguments", done ? JsonText.text(call.arguments()) : "");
        return item;
    }
}
