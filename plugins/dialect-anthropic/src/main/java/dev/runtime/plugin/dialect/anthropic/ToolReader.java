package dev.runtime.plugin.dialect.anthropic;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.ToolChoice;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.plugin.dialect.ChosenTools;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.RequestReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads tools, and which of them a model may or must call. */
final class ToolReader {
    private final RequestReader requests;
    private final List<String> ignored;
    private final List<String> notes;

    /**
     * Creates.
     *
     * @param ignored takes the names of fields that are not known
     * @param notes takes what is not done as asked
     */
    ToolReader(RequestReader requests, List<String> ignored, List<String> notes) {
        this.requests = requests;
        this.ignored = ignored;
        this.notes = notes;
    }

    /** Returns the tools that a model is shown, and whether it must call one. */
    ChosenTools read(Fields request) {
        List<ToolDefinition> tools = new ArrayList<>();
        for (Fields tool : request.each("tools")) {
            String type = tool.string("type");
            String name = tool.string("name");
            if (type.startsWith("web_search")) {
                requests.concede("tool \"" + name + "\" was left out: this server searches nothing by itself", notes);
                continue;
            }
            if (name.isEmpty()) {
                throw invalid("field \"" + tool.place("name") + "\" is required");
            }
            tools.add(new ToolDefinition(name, tool.string("description"), schema(tool, name), Map.of()));
            tool.known("cache_control");
            tool.knownIf("strict", Boolean.FALSE::equals);
            ignored.addAll(tool.ignored());
        }
        return chosen(tools, request.fields("tool_choice"));
    }

    private static Map<String, Object> schema(Fields tool, String name) {
        try {
            return tool.object("input_schema");
        } catch (RuntimeFailure e) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "invalid input_schema for tool \"" + name + "\": " + e.getMessage(), e);
        }
    }

    private ChosenTools chosen(List<ToolDefinition> tools, Fields choice) {
        boolean parallel = !choice.flag("disable_parallel_tool_use", false);
        ChosenTools chosen = switch (choice.string("type")) {
            case "", "auto" -> new ChosenTools(tools, new ToolChoice(false, parallel));
            case "none" -> new ChosenTools(List.of(), ToolChoice.FREE);
            case "any" -> new ChosenTools(tools, new ToolChoice(true, parallel));
            case "tool" -> new ChosenTools(named(tools, choice.string("name")), new ToolChoice(true, parallel));
            default -> throw invalid("invalid tool_choice type: " + choice.string("type") + "; it is \"auto\", \"any\", \"tool\" or \"none\"");
        };
        ignored.addAll(choice.ignored());
        return chosen;
    }

    private static List<ToolDefinition> named(List<ToolDefinition> tools, String name) {
        List<ToolDefinition> chosen = tools.stream().filter(t -> t.name().equals(name)).toList();
        if (chosen.isEmpty()) {
            throw invalid("tool_choice names \"" + name + "\", which is not among the tools");
        }
        return chosen;
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, message);
    }
}
