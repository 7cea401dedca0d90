package dev.runtime.kernel.constrain;

import java.util.ArrayList;
import java.util.List;

/** The rules of a grammar by number; the last one defined need not be the root. For one thread. */
final class Rules {
    /** So many rules are more than any sensible grammar has. */
    static final int MOST = 50_000;

    private final List<Expression> bodies = new ArrayList<>();

    /** Makes a rule whose body is said later, so that it can refer to itself. */
    int declare() {
        if (bodies.size() == MOST) {
            throw Refusal.of("it needs more than " + MOST + " rules");
        }
        bodies.add(Expression.NOTHING);
        return bodies.size() - 1;
    }

    /** Says the body of a rule. */
    void define(int rule, Expression body) {
        bodies.set(rule, body);
    }

    /** Makes a rule and returns a reference to it. */
    Expression.Reference add(Expression body) {
        int rule = declare();
        define(rule, body);
        return new Expression.Reference(rule);
    }

    Expression body(int rule) {
        return bodies.get(rule);
    }

    int size() {
        return bodies.size();
    }
}
