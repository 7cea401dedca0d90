package dev.runtime.plugin.output.parsers;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Command R and R+ of 2024: an array of actions in a fence; answering directly is an action too, which calls nothing. */
public final class CommandRParser extends FamilyParser {
    private static final String OPEN = "Action: ```json";
    private static final String FENCE = "```";
    private static final Set<String> NO_CALLS = Set.of("directly-answer", "directly_answer");
    private static final Syntax SYNTAX =
            Syntax.thinking(Syntax.THINK)
                    .withCalls(OPEN, Actions::new)
                    .withForm(CallForms.json(OPEN + "\n[", "", "\"tool_name\": \"", "parameters", "", Optional.of(", "), "]\n" + FENCE));

    /** Creates the parser. */
    public CommandRParser() {
        super("command-r");
    }

    /** The array, without actions that are no calls. */
    private static final class Actions implements CallBlock {
        private final CallBlock array = new JsonBlock(FENCE);

        @Override
        public int end(StringBuilder text) {
            return array.end(text);
        }

        @Override
        public Reading read(String text, boolean complete) {
            return array.read(text, complete) instanceof Reading.Calls(List<Call> calls, List<String> notes)
                    ? new Reading.Calls(calls.stream().filter(call -> !NO_CALLS.contains(call.name())).toList(), notes)
                    : new Reading.Unreadable("it is no array of actions");
        }

        @Override
        public int likelyEnd() {
            return array.likelyEnd();
        }
    }

    @Override
    int fits(String template) {
        return template.contains("directly-answer") || template.contains("directly_answer") ? 59 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
