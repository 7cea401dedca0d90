package dev.runtime.plugin.output.parsers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Calls in tags that look like XML but are none: values hold code with any {@code <} and {@code &}, so only the tags themselves are
 * looked for.
 */
final class TagCalls {
    /** Tags of Qwen 3 Coder and its kin. */
    static final TagCalls QWEN =
            new TagCalls("<function=([^>\\s]+)\\s*>", "</function>", "<parameter=([^>\\s]+)\\s*>", "</parameter>");

    /** Tags of MiniMax M2. */
    static final TagCalls INVOKE =
            new TagCalls("<invoke name=\"([^\"]+)\"\\s*>", "</invoke>", "<parameter name=\"([^\"]+)\"\\s*>", "</parameter>");

    private static final Pattern GLM_ARGUMENT =
            Pattern.compile("<arg_key>(.*?)</arg_key>\\s*<arg_value>(.*?)</arg_value>(?=\\s*(?:<arg_key>|$))", Pattern.DOTALL);

    private final Pattern function;
    private final Pattern parameter;
    private final String functionClose;
    private final Pattern valueEnd;

    private TagCalls(String function, String functionClose, String parameter, String parameterClose) {
        this.function = Pattern.compile(function);
        this.parameter = Pattern.compile(parameter);
        this.functionClose = functionClose;
        this.valueEnd =
                Pattern.compile(Pattern.quote(parameterClose) + "(?=\\s*(?:" + parameter + "|" + Pattern.quote(functionClose) + "|$))");
    }

    Reading read(String body, Tools tools) {
        List<Call> calls = new ArrayList<>();
        Matcher functions = function.matcher(body);
        int at = 0;
        while (functions.find(at)) {
            String name = functions.group(1);
            Map<String, Object> arguments = new LinkedHashMap<>();
            at = functions.end();
            Matcher parameters = parameter.matcher(body);
            while (parameters.find(at) && closing(body, at) >= parameters.start()) {
                Matcher ends = valueEnd.matcher(body);
                if (!ends.find(parameters.end())) {
                    return new Reading.Unreadable("the parameter '" + parameters.group(1) + "' has no end");
                }
                String text = oneNewlineLess(body.substring(parameters.end(), ends.start()));
                arguments.put(parameters.group(1), Coercion.value(text, tools.schema(name, parameters.group(1))));
                at = ends.end();
            }
            if (!body.startsWith(functionClose, MarkerScanner.skipSpace(body, at)) && MarkerScanner.skipSpace(body, at) < body.length()) {
                return new Reading.Unreadable("there is other text between its parameters");
            }
            calls.add(new Call("", name, arguments));
        }
        return calls.isEmpty() ? new Reading.Unreadable("it names no function") : new Reading.Calls(calls, List.of());
    }

    private int closing(String body, int from) {
        int at = body.indexOf(functionClose, from);
        return at < 0 ? body.length() : at;
    }

    private static String oneNewlineLess(String text) {
        String from = text.startsWith("\n") ? text.substring(1) : text;
        return from.endsWith("\n") ? from.substring(0, from.length() - 1) : from;
    }

    /** Reads a call of GLM: the name, then pairs of keys and values. */
    static Reading readPairs(String body, Tools tools) {
        int first = body.indexOf("<arg_key>");
        String name = (first < 0 ? body : body.substring(0, first)).strip();
        if (name.isEmpty() || name.chars().anyMatch(c -> Character.isWhitespace(c) || c == '<' || c == '{')) {
            return new Reading.Unreadable("it names no function");
        }
        Map<String, Object> arguments = new LinkedHashMap<>();
        String rest = first < 0 ? "" : body.substring(first).stripTrailing();
        Matcher pairs = GLM_ARGUMENT.matcher(rest);
        int at = 0;
        while (pairs.find(at) && rest.substring(at, pairs.start()).isBlank()) {
            String key = pairs.group(1).strip();
            arguments.put(key, Coercion.value(pairs.group(2), tools.schema(name, key)));
            at = pairs.end();
        }
        if (at < rest.length()) {
            return new Reading.Unreadable("its arguments are not pairs of keys and values");
        }
        return new Reading.Calls(List.of(new Call("", name, arguments)), List.of());
    }
}
