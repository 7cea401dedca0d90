package dev.runtime.plugin.templates.go;

import java.util.List;
import java.util.Optional;

/** A part of a template. */
sealed interface Node {
    /** Text as it is. */
    record Text(String text) implements Node {}

    /** A value that is printed, unless it is kept in a variable. */
    record Action(Pipeline pipeline) implements Node {}

    /** One of two bodies; {@code with} also makes the value the dot. */
    record Branch(Pipeline condition, boolean with, List<Node> body, List<Node> otherwise) implements Node {}

    /** A body for each element; another one if there is none. */
    record Range(Pipeline over, List<Node> body, List<Node> otherwise) implements Node {}

    /** Another template. */
    record Call(String name, Optional<Pipeline> argument, int at) implements Node {}

    /** The end of a loop, or of this turn of it. */
    record Jump(boolean leaves) implements Node {}

    /**
     * Commands, each of which gets the result of the one before as its last argument.
     *
     * @param variables names that are set, with their dollar sign
     * @param declares whether they are new
     * @param at the place in the source
     */
    record Pipeline(List<String> variables, boolean declares, List<Command> commands, int at) {}

    /** A function and its arguments, or one value. */
    record Command(List<Operand> operands, int at) {}

    /** A value. */
    sealed interface Operand {
        /** The dot, or fields of it. */
        record Field(List<String> names, int at) implements Operand {}

        /** A variable, or fields of it. */
        record Variable(String name, List<String> names, int at) implements Operand {}

        /** Fields of a value in parentheses. */
        record Sub(Pipeline pipeline, List<String> names, int at) implements Operand {}

        /** A function without arguments, or the first of a command. */
        record Function(String name, int at) implements Operand {}

        /** A constant; null for nil. */
        record Constant(Object value) implements Operand {}
    }
}
