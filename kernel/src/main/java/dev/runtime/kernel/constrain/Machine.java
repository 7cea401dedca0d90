package dev.runtime.kernel.constrain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A deterministic finite automaton over characters, for what grammars cannot say: two conditions on one text, or all texts but some.
 * State 0 is the first. Immutable.
 *
 * @param ways by state, where its characters lead; sets of one state do not overlap
 * @param accepts by state, whether a text may end there
 */
record Machine(List<Map<Integer, CodePoints>> ways, List<Boolean> accepts) {
    /** More states are refused. */
    static final int MOST = 3000;

    /** Any text. */
    static final Machine ANYTHING = new Machine(List.of(Map.of(0, CodePoints.ALL)), List.of(true));

    /** Returns texts of a length, given in characters. */
    static Machine length(int min, int max) {
        if (max == Expression.UNLIMITED && min == 0) {
            return ANYTHING;
        }
        int states = (max == Expression.UNLIMITED ? min : max) + 1;
        check(states);
        List<Map<Integer, CodePoints>> ways = new ArrayList<>();
        List<Boolean> accepts = new ArrayList<>();
        for (int i = 0; i < states; i++) {
            boolean last = i == states - 1;
            ways.add(!last ? Map.of(i + 1, CodePoints.ALL) : max == Expression.UNLIMITED ? Map.of(i, CodePoints.ALL) : Map.of());
            accepts.add(i >= min);
        }
        return new Machine(ways, accepts);
    }

    static void check(int states) {
        if (states > MOST) {
            throw Refusal.of("a condition on a text needs more than " + MOST + " states");
        }
    }

    /** Returns texts that both accept. */
    Machine and(Machine other) {
        List<Map<Integer, CodePoints>> both = new ArrayList<>();
        List<Boolean> ends = new ArrayList<>();
        Map<Long, Integer> numbers = new HashMap<>();
        List<long[]> pairs = new ArrayList<>();
        numbers.put(0L, 0);
        pairs.add(new long[] {0, 0});
        for (int i = 0; i < pairs.size(); i++) {
            check(pairs.size());
            int a = (int) pairs.get(i)[0];
            int b = (int) pairs.get(i)[1];
            Map<Integer, CodePoints> to = new LinkedHashMap<>();
            ways.get(a).forEach((nextA, setA) -> other.ways.get(b).forEach((nextB, setB) -> {
                CodePoints common = setA.complement().union(setB.complement()).complement();
                if (!common.isEmpty()) {
                    int number = numbers.computeIfAbsent((long) nextA << 32 | nextB, _ -> {
                        pairs.add(new long[] {nextA, nextB});
                        return pairs.size() - 1;
                    });
                    to.merge(number, common, CodePoints::union);
                }
            }));
            both.add(to);
            ends.add(accepts.get(a) && other.accepts.get(b));
        }
        return new Machine(both, ends);
    }

    /** Returns all other texts. */
    Machine not() {
        int sink = ways.size();
        List<Map<Integer, CodePoints>> all = new ArrayList<>();
        for (Map<Integer, CodePoints> way : ways) {
            Map<Integer, CodePoints> more = new LinkedHashMap<>(way);
            CodePoints rest = way.values().stream().reduce(CodePoints.NONE, CodePoints::union).complement();
            if (!rest.isEmpty()) {
                more.put(sink, rest);
            }
            all.add(more);
        }
        all.add(Map.of(sink, CodePoints.ALL));
        List<Boolean> ends = new ArrayList<>(accepts.stream().map(accepted -> !accepted).toList());
        ends.add(true);
        return new Machine(all, ends);
    }

    /** Tells whether a text is accepted. */
    boolean accepts(String text) {
        int state = 0;
        for (int c : text.codePoints().toArray()) {
            int next = -1;
            for (var way : ways.get(state).entrySet()) {
                if (way.getValue().contains(c)) {
                    next = way.getKey();
                }
            }
            if (next < 0) {
                return false;
            }
            state = next;
        }
        return accepts.get(state);
    }

    /**
     * Returns the same as an expression, a rule for each state.
     *
     * @param spelling how a set of characters is written
     */
    Expression expression(Rules rules, Function<CodePoints, Expression> spelling) {
        int[] numbers = new int[ways.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = rules.declare();
        }
        for (int i = 0; i < numbers.length; i++) {
            List<Expression> options = new ArrayList<>();
            if (accepts.get(i)) {
                options.add(Expression.EMPTY);
            }
            ways.get(i).forEach((next, set) ->
                    options.add(Expression.sequence(spelling.apply(set), new Expression.Reference(numbers[next]))));
            rules.define(numbers[i], new Expression.Choice(options));
        }
        return new Expression.Reference(numbers[0]);
    }
}
