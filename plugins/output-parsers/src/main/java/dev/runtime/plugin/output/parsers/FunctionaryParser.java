package dev.runtime.plugin.output.parsers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Functionary and older fine-tunes of Llama: {@code <function=NAME>} around JSON arguments. */
public final class FunctionaryParser extends FamilyParser {
    private static final String OPEN = "<function=";
    private static final String CLOSE = "</function>";
    private static final Syntax SYNTAX =
            Syntax.thinking(Syntax.THINK)
                    .withCalls(OPEN, Function::new)
                    .withDropped(CLOSE)
                    .withForm(CallForms.named("", OPEN, ">", CLOSE, Optional.of("\n"), ""));

    /** Creates the parser. */
    public FunctionaryParser() {
        super("functionary");
    }

    /** The name and the arguments. */
    private static final class Function implements CallBlock {
        @Override
        public int end(StringBuilder text) {
            int name = text.indexOf(">");
            int json = name < 0 ? text.length() : MarkerScanner.skipSpace(text, name + 1);
            return json == text.length() ? OPEN : text.charAt(json) == '{' ? Brackets.end(text, json) : json;
        }

        @Override
        public Reading read(String text, boolean complete) {
            int end = text.indexOf('>');
            List<Call> calls = new ArrayList<>();
            List<String> notes = new ArrayList<>();
            boolean read = end > 0 && complete && MarkedCalls.add("", text.substring(0, end).strip(), text.substring(end + 1), calls, notes);
            return read ? new Reading.Calls(calls, notes) : new Reading.Unreadable("its arguments are no JSON object");
        }
    }

    @Override
    int fits(String template) {
        return template.contains(OPEN) && !template.contains("<parameter=") ? 35 : 0;
    }

    @Override
    Syntax syntax() {
        return SYNTAX;
    }
}
