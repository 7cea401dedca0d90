package dev.runtime.plugin.output.parsers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.text.OutputParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the demo model really wrote, against a plain regular expression over the whole reply. */
final class DemoReplyTests {
    private static final Pattern REPLY =
            Pattern.compile("(?:<think>\n(?<thought>.*?)\n</think>\n\n)?(?<text>.*?)\n?(?<calls>(?:<tool_call>\n.*?\n</tool_call>\n?)*)", Pattern.DOTALL);
    private static final Pattern CALL = Pattern.compile("<tool_call>\n(.*?)\n</tool_call>", Pattern.DOTALL);

    @Test
    void repliesAreSplitIntoThoughtsContentAndCalls() throws Exception {
        JsonMapper mapper = JsonMapper.builder().build();
        JsonNode rows = mapper.readTree(Path.of(getClass().getResource("/demo/replies.json").toURI())).get("rows");
        int calls = 0;
        int thoughts = 0;
        for (JsonNode row : rows) {
            String reply = row.get("greedy").asString();
            Matcher parts = REPLY.matcher(reply);
            assertEquals(true, parts.matches(), reply);
            String[] tools = row.get("tools").valueStream().map(JsonNode::asString).toArray(String[]::new);
            OutputParser.Request request =
                    new OutputParser.Request(Recorder.tools(tools), row.get("think").asBoolean(), row.get("promptEnd").asString());
            Recorder.Result result = Recorder.parse(new HermesParser(), request, reply);
            String thought = parts.group("thought") == null ? "" : parts.group("thought");
            assertEquals(thought, result.thinking(), reply);
            assertEquals(parts.group("text"), result.content(), reply);
            List<JsonNode> expected = new ArrayList<>();
            CALL.matcher(parts.group("calls")).results().forEach(call -> expected.add(mapper.readTree(call.group(1))));
            assertEquals(expected.size(), result.calls().size(), reply);
            for (int i = 0; i < expected.size(); i++) {
                assertEquals(i, result.calls().get(i).index());
                assertEquals(expected.get(i).get("name").asString(), result.calls().get(i).name());
                assertEquals(expected.get(i).get("arguments").toString(), mapper.writeValueAsString(result.calls().get(i).arguments()));
            }
            assertEquals(List.of(), result.notes(), reply);
            calls += expected.size();
            thoughts += thought.isEmpty() ? 0 : 1;
        }
        assertEquals(150, rows.size());
        assertEquals(true, calls > 20 && thoughts > 20, calls + " calls, " + thoughts + " thoughts");
    }
}
