package dev.runtime.plugin.templates.jinja;

import java.util.List;
import java.util.Optional;

/** What has a value. Each record's {@code at} is its offset in the source. */
sealed interface Expression {
    int at();

    /** A constant: a string, number, boolean or null. */
    record Literal(Object value, int at) implements Expression {}

    /** A variable. */
    record Name(String name, int at) implements Expression {}

    /** {@code object.name}. */
    record Attribute(Expression object, String name, int at) implements Expression {}

    /** {@code object[key]}. */
    record Subscript(Expression object, Expression key, int at) implements Expression {}

    /** {@code object[from:to:step]}. */
    record Slice(Expression object, Optional<Expression> from, Optional<Expression> to, Optional<Expression> step, int at)
            implements Expression {}

    /** {@code function(arguments)}. */
    record Call(Expression function, ArgumentList arguments, int at) implements Expression {}

    /** {@code value | name(arguments)}. */
    record Filtered(Expression value, String filter, ArgumentList arguments, int at) implements Expression {}

    /** {@code value is name arguments}. */
    record Tested(Expression value, String test, ArgumentList arguments, boolean negated, int at) implements Expression {}

    /** {@code -operand}, {@code +operand}. */
    record Signed(Expression operand, boolean negative, int at) implements Expression {}

    /** {@code not operand}. */
    record Not(Expression operand, int at) implements Expression {}

    /** Arithmetic and {@code ~}. */
    record Binary(Operator operator, Expression left, Expression right, int at) implements Expression {}

    /** {@code and} and {@code or}, whose value is that of one side. */
    record Logic(boolean and, Expression left, Expression right, int at) implements Expression {}

    /** {@code first < second <= third}: true if all are. */
    record Compared(Expression first, List<Comparison> rest, int at) implements Expression {}

    /** {@code yes if condition else no}. */
    record Conditional(Expression condition, Expression yes, Optional<Expression> no, int at) implements Expression {}

    /** {@code [items]} or {@code (items,)}. */
    record Sequence(List<Expression> items, boolean tuple, int at) implements Expression {}

    /** <code>{key: value}</code>. */
    record Mapping(List<Expression> keys, List<Expression> values, int at) implements Expression {}

    /** The right side of a comparison. */
    record Comparison(Relation relation, Expression operand) {}

    /** Arguments of a call: positional, named, and the unpacked {@code *list} and {@code **map}. */
    record ArgumentList(
            List<Expression> positional,
            List<Keyword> named,
            Optional<Expression> unpackedList,
            Optional<Expression> unpackedMap) {
        static final ArgumentList NONE = new ArgumentList(List.of(), List.of(), Optional.empty(), Optional.empty());
    }

    /** {@code name=value}. */
    record Keyword(String name, Expression value) {}

    /** Operators of {@link Binary}. */
    enum Operator {
        ADD,
        SUBTRACT,
        MULTIPLY,
        DIVIDE,
        FLOOR_DIVIDE,
        MODULO,
        POWER,
        CONCATENATE
    }

    /** Operators of {@link Compared}. */
    enum Relation {
        EQUAL,
        NOT_EQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL,
        IN,
        NOT_IN
    }
}
