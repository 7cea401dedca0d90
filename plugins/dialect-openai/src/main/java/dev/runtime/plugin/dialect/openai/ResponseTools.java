package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.RequestReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the tools of a response, whose declarations have no object around the function. */
final class ResponseTools {
    private final RequestReader requests;
    private final List<String> ignored;
    private final List<String> notes;
    private final List<ToolDefinition> tools = new ArrayList<>();

    private ResponseTools(RequestReader requests, List<String> ignored, List<String> notes) {
        this.requests = requests;
        this.ignored = ignored;
        this.notes = notes;
    }

    /**
     * Reads.
     *
     * @param ignored takes the names of fields that are not known
     * @param notes takes what is not done as asked
     */
    static List<ToolDefinition> read(Fields request, RequestReader requests, List<String> ignored, List<String> notes) {
        ResponseTools reader = new ResponseTools(requests, ignored, notes);
        request.each("tools").forEach(tool -> reader.add(tool, ""));
        return reader.tools;
    }

    private void add(Fields tool, String prefix) {
        String type = tool.string("type");
        switch (type) {
            case "namespace" -> {
                String name = ChatTools.named(tool) + ".";
                tool.each("tools").forEach(member -> add(member, name));
            }
            case "web_search", "web_search_preview" -> {
                requests.concede("tool \"" + type + "\" was left out: this server searches nothing by itself", notes);
                return;
            }
            default -> {
                String name = tool.optionalString("name").orElse(type);
                tools.add(new ToolDefinition(name.startsWith(prefix) ? name : prefix + name, tool.string("description"),
                        tool.object("parameters"), Map.of()));
                tool.knownIf("strict", Boolean.FALSE::equals);
            }
        }
        tool.known("description");
        ignored.addAll(tool.ignored());
    }
}
