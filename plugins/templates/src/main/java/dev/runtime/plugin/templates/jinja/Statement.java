package dev.runtime.plugin.templates.jinja;

import java.util.List;
import java.util.Optional;

/** What writes or changes something. */
sealed interface Statement {
    /** Text as it is. */
    record Text(String text) implements Statement {}

    /** <code>{{ value }}</code>. */
    record Output(Expression value) implements Statement {}

    /** {@code if}, {@code elif}, {@code else}. */
    record If(List<Branch> branches, List<Statement> otherwise) implements Statement {}

    /** A condition and what to do if it holds and none before did. */
    record Branch(Expression condition, List<Statement> body) {}

    /** {@code for target in items if condition}; {@code recursive} lets the body call {@code loop(items)}. */
    record For(
            Target target,
            Expression items,
            Optional<Expression> condition,
            boolean recursive,
            List<Statement> body,
            List<Statement> otherwise,
            int at)
            implements Statement {}

    /** {@code set target = value}. */
    record Assign(Target target, Expression value, int at) implements Statement {}

    /** {@code set name | filters} ... {@code endset}; the filters are applied to a {@link Expression.Name} called {@link #BODY}. */
    record AssignBlock(Target target, List<Statement> body, Optional<Expression> filters, int at) implements Statement {}

    /** {@code filter} ... {@code endfilter}. */
    record FilterBlock(List<Statement> body, Expression filters, int at) implements Statement {}

    /** {@code macro name(parameters)}. */
    record Define(String name, Signature signature, List<Statement> body, int at) implements Statement {}

    /** {@code call(parameters) macro(arguments)}: the body is what {@code caller()} gives in the macro. */
    record CallBlock(Signature signature, Expression.Call call, List<Statement> body, int at) implements Statement {}

    /** {@code with} and {@code generation}: variables of a block of its own. */
    record With(List<Target> targets, List<Expression> values, List<Statement> body, int at) implements Statement {}

    /** Ends the loop. */
    record Break() implements Statement {}

    /** Ends this turn of the loop. */
    record Continue() implements Statement {}

    /** Name of the variable that stands for a block's text in its filters; no template can spell it. */
    String BODY = " body";

    /** What is assigned to. */
    sealed interface Target {
        /** A variable. */
        record Variable(String name) implements Target {}

        /** An attribute of a namespace. */
        record Member(String namespace, String attribute) implements Target {}

        /** Several, of which each gets one item. */
        record Several(List<Target> targets) implements Target {}
    }

    /**
     * Parameters of a macro.
     *
     * @param parameters their names
     * @param defaults what the last ones are if not given
     * @param more whether the body looks at {@code varargs}, positional arguments beyond the parameters
     * @param moreNamed whether the body looks at {@code kwargs}, named arguments that are no parameters
     */
    record Signature(List<String> parameters, List<Expression> defaults, boolean more, boolean moreNamed) {}
}
