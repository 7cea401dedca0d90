package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * 150 chat requests over HTTP: the prompt must be the chat template's, token for token, and the answer what the reference
 * implementation generates greedily. A few answers may differ, since rounding differs between kernels.
 */
class DemoChatsTests {
    private static final int MATCHES_DEMANDED = 146;

    @TempDir
    Path home;

    @Test
    void promptsAreIdenticalAndAnswersAreTheReferences() throws IOException {
        JsonNode rows;
        try (InputStream in = getClass().getResourceAsStream("/chats.json")) {
            rows = JsonMapper.shared().readTree(in).get("rows");
        }
        assertEquals(150, rows.size());
        List<String> differing = new ArrayList<>();
        try (Image.Server server = Image.serve(home)) {
            for (JsonNode row : rows) {
                assertEquals(row.get("prompt").asString(), rendered(server, row));
                JsonNode reply = JsonMapper.shared().readTree(server.post("/api/chat", request(row, false)).body());
                assertEquals(row.get("prompt_ids").size(), reply.get("prompt_eval_count").asInt(), () -> row.get("prompt").asString());
                String answer = canonical(reply.get("message"));
                String expected = expected(row.get("greedy").asString(), row.get("think").asBoolean());
                if (!answer.equals(expected)) {
                    differing.add(expected + "\n   but was\n" + answer);
                }
            }
        }
        assertTrue(150 - differing.size() >= MATCHES_DEMANDED, () -> differing.size() + " of 150 differ:\n" + String.join("\n\n", differing));
        System.out.println("demo chats: " + (150 - differing.size()) + " of 150 answers are the reference's");
    }

    private static String rendered(Image.Server server, JsonNode row) {
        JsonNode reply = JsonMapper.shared().readTree(server.post("/api/chat", request(row, true)).body());
        return reply.path("_debug_info").path("rendered_template").asString("none in " + reply);
    }

    private static String request(JsonNode row, boolean renderOnly) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("model", "demo");
        request.put("stream", false);
        request.put("messages", row.get("messages"));
        if (!row.get("tools").isNull() && !row.get("tools").isEmpty()) {
            request.put("tools", row.get("tools"));
        }
        request.put("think", row.get("think").asBoolean());
        request.put("options", Map.of("temperature", 0, "num_predict", 96));
        if (renderOnly) {
            request.put("_debug_render_only", true);
        }
        return JsonMapper.shared().writeValueAsString(request);
    }

    /** A reply's parts, one a line. */
    private static String canonical(JsonNode message) {
        StringBuilder text = new StringBuilder("thinking: " + message.path("thinking").asString("").strip() + "\ncontent: "
                + message.path("content").asString("").strip());
        for (JsonNode call : message.path("tool_calls")) {
            text.append("\ncall: ").append(call.get("function").get("name").asString()).append(' ').append(call.get("function").get("arguments"));
        }
        return text.toString();
    }

    /** The reference's raw text, split by hand at its markers. */
    private static String expected(String raw, boolean think) {
        String thinking = "";
        String content = raw;
        int end = raw.indexOf("</think>");
        if (end >= 0) {
            thinking = raw.substring(raw.indexOf("<think>") < 0 ? 0 : raw.indexOf("<think>") + "<think>".length(), end);
            content = raw.substring(end + "</think>".length());
        } else if (think && raw.startsWith("<think>")) {
            thinking = raw.substring("<think>".length());
            content = "";
        }
        StringBuilder calls = new StringBuilder();
        while (content.contains("<tool_call>")) {
            int from = content.indexOf("<tool_call>");
            int to = content.indexOf("</tool_call>");
            if (to < 0) {
                break;
            }
            JsonNode call = JsonMapper.shared().readTree(content.substring(from + "<tool_call>".length(), to));
            calls.append("\ncall: ").append(call.get("name").asString()).append(' ').append(call.get("arguments"));
            content = content.substring(0, from) + content.substring(to + "</tool_call>".length());
        }
        return "thinking: " + thinking.strip() + "\ncontent: " + content.strip() + calls;
    }
}
