package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.RequestReader;
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

    /**
     * Returns the tools that a model is shown.
     *
     * @param notes takes what is not enforced
     */
    static List<ToolDefinition> chosen(List<ToolDefinition> tools, Fields request, RequestReader requests, List<String> notes) {
        boolean parallel = request.flag("parallel_tool_calls", true);
        List<ToolDefinition> chosen = switch (request.value("tool_choice").orElse("auto")) {
            case String word -> switch (word) {
                case "none" -> List.<ToolDefinition>of();
                case "auto" -> tools;
                case "required" -> {
                    mustCall(tools, requests, notes);
                    yield tools;
                }
                default -> throw invalid(word);
            };
            case Map<?, ?> object -> among(tools, request.fields("tool_choice"), requests, notes);
            case Object other -> throw invalid(Fields.kind(other));
        };
        if (!parallel && !chosen.isEmpty()) {
            requests.concede("parallel_tool_calls false is not enforced: the model may call several tools at once", notes);
        }
        return chosen;
    }

    private static List<ToolDefinition> among(List<ToolDefinition> tools, Fields choice, RequestReader requests, List<String> notes) {
        Set<String> names = new LinkedHashSet<>();
        boolean must = true;
        switch (choice.string("type")) {
            // responses write the name without an object around it
            case "function" -> names.add(named(choice.value("function").isPresent() ? choice.fields("function") : choice));
            case "allowed_tools" -> {
                Fields allowed = choice.value("allowed_tools").isPresent() ? choice.fields("allowed_tools") : choice;
                must = allowed.string("mode").equals("required");
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
        if (must) {
            mustCall(chosen, requests, notes);
        }
        return chosen;
    }

    private static void mustCall(List<ToolDefinition> tools, RequestReader requests, List<String> notes) {
        if (tools.isEmpty()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "tool_choice asks for a call, but there are no tools");
        }
        requests.concede("tool_choice is not enforced: the model may answer without a call", notes);
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
