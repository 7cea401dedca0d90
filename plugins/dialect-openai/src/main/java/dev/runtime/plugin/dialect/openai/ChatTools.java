package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.ToolChoice;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.plugin.dialect.ChosenTools;
import dev.runtime.plugin.dialect.Fields;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads tools, and which of them a model may or must call. */
final class ChatTools {
    private ChatTools() {}

    /** Reads tools. All keys of a declaration are kept, in the client's order: the model sees what the client wrote. */
    @SuppressWarnings("unchecked")
    static List<ToolDefinition> read(Fields request) {
        List<ToolDefinition> tools = new ArrayList<>();
        for (Fields tool : request.each("tools")) {
            Fields function = tool.fields("function");
            tools.add(new ToolDefinition(named(function), function.string("description"), function.object("parameters"),
                    (Map<String, Object>) request.list("tools").get(tools.size())));
        }
        return tools;
    }

    /** Returns the tools that a model is shown, and whether it must call one. */
    static ChosenTools chosen(List<ToolDefinition> tools, Fields request) {
        boolean parallel = request.flag("parallel_tool_calls", true);
        return switch (request.value("tool_choice").orElse("auto")) {
            case String word -> switch (word) {
                case "none" -> new ChosenTools(List.of(), ToolChoice.FREE);
                case "auto" -> new ChosenTools(tools, new ToolChoice(false, parallel));
                case "required" -> new ChosenTools(tools, new ToolChoice(true, parallel));
                default -> throw invalid(word);
            };
            case Map<?, ?> object -> among(tools, request.fields("tool_choice"), parallel);
            case Object other -> throw invalid(Fields.kind(other));
        };
    }

    private static ChosenTools among(List<ToolDefinition> tools, Fields choice, boolean parallel) {
        Set<String> names = new LinkedHashSet<>();
        ToolChoice must = new ToolChoice(true, parallel);
        switch (choice.string("type")) {
            case "function" -> {
                // responses write the name without an object around it
                names.add(named(choice.value("function").isPresent() ? choice.fields("function") : choice));
                // who names one function expects one call
                must = new ToolChoice(true, false);
            }
            case "allowed_tools" -> {
                Fields allowed = choice.value("allowed_tools").isPresent() ? choice.fields("allowed_tools") : choice;
                must = new ToolChoice(allowed.string("mode").equals("required"), parallel);
                allowed.each("tools").forEach(t -> names.add(named(t.value("function").isPresent() ? t.fields("function") : t)));
            }
            default -> throw invalid(choice.string("type"));
        }
        List<ToolDefinition> chosen = tools.stream().filter(t -> names.contains(t.name())).toList();
        for (String name : names) {
            if (chosen.stream().noneMatch(t -> t.name().equals(name))) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "tool_choice names \"" + name + "\", which is not among the tools");
            }
        }
        return new ChosenTools(chosen, must);
    }

    static String named(Fields function) {
        return function.optionalString("name").filter(n -> !n.isEmpty()).orElseThrow(() -> new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                "field \"" + function.place("name") + "\" is required"));
    }

    private static RuntimeFailure invalid(String choice) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, "invalid tool_choice: " + choice
                + "; it is \"none\", \"auto\", \"required\" or an object of type \"function\" or \"allowed_tools\"");
    }
}
