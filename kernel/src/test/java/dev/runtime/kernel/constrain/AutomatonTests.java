package dev.runtime.kernel.constrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Random expressions against the JDK's regular expressions, on all short texts. */
class AutomatonTests {
    private static final List<String> TEXTS = new ArrayList<>();

    static {
        TEXTS.add("");
        for (int i = 0; TEXTS.get(i).length() < 5; i++) {
            for (String letter : List.of("a", "b", "é")) {
                TEXTS.add(TEXTS.get(i) + letter);
            }
        }
    }

    private final Random random = new Random(42);

    @Test
    void anAutomatonDerivesWhatTheExpressionMatches() {
        for (int i = 0; i < 200; i++) {
            String pattern = anyPattern(4);
            Pattern oracle = Pattern.compile(pattern);
            Rules rules = new Rules();
            Automaton automaton = automaton(rules, rules.add(PatternReader.whole(pattern)));
            for (String text : TEXTS) {
                assertEquals(oracle.matcher(text).matches(), accepts(automaton, text), () -> pattern + " on '" + text + "'");
            }
        }
    }

    @Test
    void aMachineDerivesTheSame() {
        for (int i = 0; i < 100; i++) {
            String pattern = anyPattern(3);
            String other = anyPattern(3);
            Pattern oracle = Pattern.compile(pattern);
            Pattern oracle2 = Pattern.compile(other);
            Machine machine = MachineBuilder.of(PatternReader.whole(pattern));
            Machine second = MachineBuilder.of(PatternReader.part(other));
            Machine both = machine.and(second.not());
            Rules rules = new Rules();
            // a text of its own, so that something fits in any case
            Expression.Reference root = rules.add(Expression.choice(Expression.text("!"), both.expression(rules, Expression.Characters::new)));
            Automaton automaton = automaton(rules, root);
            for (String text : TEXTS) {
                boolean expected = oracle.matcher(text).matches() && !oracle2.matcher(text).find();
                assertEquals(oracle.matcher(text).matches(), machine.accepts(text), () -> pattern + " on '" + text + "'");
                assertEquals(expected, both.accepts(text), () -> pattern + " without " + other + " on '" + text + "'");
                assertEquals(expected, accepts(automaton, text), () -> pattern + " without " + other + " on '" + text + "'");
            }
        }
    }

    @Test
    void statesThatAreForgottenAreFoundAgain() {
        Rules rules = new Rules();
        Automaton automaton = automaton(rules, GrammarReader.read("root ::= \"(\" root \")\" | [a-z]{2,5}", rules));
        Automaton.State inside = automaton.next(automaton.start(), "((ab".getBytes());
        automaton.forget();
        assertTrue(automaton.next(inside, "c))".getBytes()).complete());
        assertFalse(automaton.next(inside, "c)))".getBytes()).complete());
        assertTrue(automaton.next(automaton.start(), "(ab)".getBytes()).complete());
    }

    private String anyPattern(int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 3)) {
            case 0 -> "a";
            case 1 -> "[^b]";
            case 2 -> "é?";
            case 3 -> "(" + anyPattern(depth - 1) + "|" + anyPattern(depth - 1) + ")";
            case 4 -> "(" + anyPattern(depth - 1) + ")*";
            case 5 -> "(" + anyPattern(depth - 1) + "){1,3}";
            case 6 -> "(" + anyPattern(depth - 1) + "){2,}";
            case 7 -> "(?:" + anyPattern(depth - 1) + ")+?";
            default -> anyPattern(depth - 1) + anyPattern(depth - 1);
        };
    }

    static Automaton automaton(Rules rules, Expression root) {
        return new Automaton(NetworkBuilder.build(rules, rules.add(root).rule()));
    }

    static boolean accepts(Automaton automaton, String text) {
        return automaton.next(automaton.start(), text.getBytes(StandardCharsets.UTF_8)).complete();
    }
}
