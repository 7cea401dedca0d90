package dev.runtime.kernel.constrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.OutputFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrammarReaderTests {
    /** The arithmetic example of the notation's own documentation, in our words. */
    private static final String SUMS = """
            # sums of numbers and names
            root  ::= (expr "=" ws term "\\n")+
            expr  ::= term ([-+*/] term)*
            term  ::= ident | num | "(" ws expr ")" ws
            ident ::= [a-z] [a-z0-9_]* ws
            num   ::= [0-9]{1,3} ws
            ws    ::= [ \\t\\n]*
            """;

    @Test
    void rulesDeriveWhatTheySay() {
        Automaton sums = compiled(SUMS);
        for (String text : List.of("1+x= 3\n", "(a_1 *(2)) -3=b\n", "1=1\n2=2\n")) {
            assertTrue(AutomatonTests.accepts(sums, text), text);
        }
        for (String text : List.of("", "1+=3\n", "1=1", "1234=1\n", "(1=1\n", "1=A\n")) {
            assertFalse(AutomatonTests.accepts(sums, text), text);
        }
    }

    @Test
    void literalsClassesAndRepetitions() {
        Automaton all = compiled("""
                root ::= "\\x41\\u00e9\\U0001F600\\"" [^\\]\\-a]
                  | .{2} ("x" |
                     "y"){2,3} "z"?  # over lines
                a-rule ::= "unused"
                """);
        for (String text : List.of("Aé😀\"b", "日本xy", "..yyxz")) {
            assertTrue(AutomatonTests.accepts(all, text), text);
        }
        for (String text : List.of("Aé😀\"a", "Aé😀\"-", "日xy", "..x", "..xxxx")) {
            assertFalse(AutomatonTests.accepts(all, text), text);
        }
    }

    @Test
    void whatIsWrongIsRefusedWithItsPlace() {
        refused("root ::= root \"a\" | \"b\"", "left recursion");
        refused("root ::= a\na ::= b*\nb ::= c \"x\"\nc ::= a", "left recursion");
        refused("root ::= other", "'other' but does not define it");
        refused("start ::= \"a\"", "no rule 'root'");
        refused("root ::= \"a", "ends too early");
        refused("root ::= (\"a\"", "')' is missing");
        refused("root ::= [b-a]", "ends before it begins");
        refused("root ::= \"a\"{3,2}", "at least 3 and at most 2");
        refused("root ::= \"a\"{9999999999}", "too large");
        refused("root ::= \"a\"\nroot ::= \"b\"", "defined twice");
        refused("root ::= \"\\q\"", "unknown escape");
        refused("root ::= \"a\" root", "no text fits");
        refused("root ::= " + "(".repeat(5000), "nested");
        refused("root ::= (\"a\"*){1000}", "may be empty");
        refused("root ::= \"" + "a".repeat(1 << 20) + "\"", "characters");
    }

    @Test
    void hostileGrammarsStayCheap() {
        // each would take exponential time or space if it were written out, or matched by trying
        StringBuilder doubled = new StringBuilder("root ::= a0\n");
        for (int i = 0; i < 40; i++) {
            doubled.append("a%d ::= a%d a%d\n".formatted(i, i + 1, i + 1));
        }
        Automaton huge = compiled(doubled + "a40 ::= \"x\"");
        assertEquals(Automaton.State.DEAD, huge.next(huge.start(), "xxxy".getBytes()));
        Automaton nested = compiled("root ::= (((\"a\"+)+)+)+ \"b\"");
        assertTrue(AutomatonTests.accepts(nested, "a".repeat(2000) + "b"));
        Automaton choices = compiled("root ::= (\"a\" | \"a\" \"a\" | \"aaa\"){0,500000} \"b\"");
        assertTrue(AutomatonTests.accepts(choices, "a".repeat(300) + "b"));
        Automaton counted = compiled("root ::= (([a-z]{1,60000} \"-\"){1,60000} \"!\"){1,9}");
        assertTrue(AutomatonTests.accepts(counted, "abc-d-!"));
        Automaton deep = compiled("root ::= \"(\" root \")\" | \"x\"");
        byte[] open = "(".repeat(390).getBytes();
        assertTrue(deep.next(deep.start(), ("(".repeat(390) + "x" + ")".repeat(390)).getBytes()).complete());
        assertFalse(deep.next(deep.start(), open) == Automaton.State.DEAD);
        // what would be too deep to end cannot be begun
        Automaton.State deepest = deep.next(deep.start(), "(".repeat(399).getBytes());
        assertFalse(deepest == Automaton.State.DEAD);
        assertEquals(Automaton.State.DEAD, deep.next(deepest, "((".getBytes()));
        assertFalse(deep.next(deepest, "x)".getBytes()) == Automaton.State.DEAD);
    }

    private static Automaton compiled(String grammar) {
        Rules rules = new Rules();
        return AutomatonTests.automaton(rules, Constraint.answer(new OutputFormat.Grammar(grammar), rules, text -> { }));
    }

    private static void refused(String grammar, String reason) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> compiled(grammar), grammar);
        assertEquals(ErrorCode.REQUEST_INVALID, failure.code());
        assertTrue(failure.getMessage().contains(reason), failure.getMessage());
    }
}
