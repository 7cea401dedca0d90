package dev.runtime.plugin.templates.go;

import dev.runtime.plugin.templates.go.Node.Command;
import dev.runtime.plugin.templates.go.Node.Operand;
import dev.runtime.plugin.templates.go.Node.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Walks a tree and writes. For one rendering. */
final class Execution {
    private final Map<String, List<Node>> defined;
    private final Functions functions;
    private final Meter meter = new Meter();
    private final StringBuilder out = new StringBuilder();
    /** Variables in scope, innermost last. */
    private List<Variable> variables = new ArrayList<>();

    Execution(Map<String, List<Node>> defined, Functions functions) {
        this.defined = defined;
        this.functions = functions;
    }

    private static final class Variable {
        private final String name;
        private Object value;

        Variable(String name, Object value) {
            this.name = name;
            this.value = value;
        }
    }

    /** What comes after a node. */
    private enum Flow {
        NEXT,
        CONTINUE,
        BREAK
    }

    /** Writes a tree over data after what was written before. */
    void run(List<Node> nodes, Object data) {
        List<Variable> outer = variables;
        variables = new ArrayList<>(List.of(new Variable("$", data)));
        walk(nodes, data);
        variables = outer;
    }

    String text() {
        return out.toString();
    }

    private Flow walk(List<Node> nodes, Object dot) {
        for (Node node : nodes) {
            Flow flow = walk(node, dot);
            if (flow != Flow.NEXT) {
                return flow;
            }
        }
        return Flow.NEXT;
    }

    private Flow walk(Node node, Object dot) {
        meter.step(-1);
        switch (node) {
            case Node.Text(String text) -> write(text, -1);
            case Node.Action(Pipeline pipeline) -> {
                Object value = evaluate(pipeline, dot);
                if (pipeline.variables().isEmpty()) {
                    write(Printed.action(value), pipeline.at());
                }
            }
            case Node.Branch branch -> {
                int mark = variables.size();
                Object value = evaluate(branch.condition(), dot);
                Flow flow = Functions.truth(value) ? walk(branch.body(), branch.with() ? value : dot) : walk(branch.otherwise(), dot);
                forget(mark);
                return flow;
            }
            case Node.Range range -> {
                return range(range, dot);
            }
            case Node.Call call -> call(call, dot);
            case Node.Jump(boolean leaves) -> {
                return leaves ? Flow.BREAK : Flow.CONTINUE;
            }
        }
        return Flow.NEXT;
    }

    private void write(String text, int at) {
        meter.length(out.length() + text.length(), at);
        out.append(text);
    }

    private Flow range(Node.Range range, Object dot) {
        int mark = variables.size();
        Object over = evaluate(range.over(), dot, false);
        List<Object> keys = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        elements(over, keys, values, range.over().at());
        Flow flow = Flow.NEXT;
        for (int i = 0; i < values.size() && flow != Flow.BREAK; i++) {
            meter.step(range.over().at());
            int inner = variables.size();
            List<String> names = range.over().variables();
            for (int v = 0; v < names.size(); v++) {
                set(names.get(v), v == names.size() - 1 ? values.get(i) : keys.get(i), range.over());
            }
            flow = walk(range.body(), values.get(i));
            forget(inner);
        }
        if (values.isEmpty()) {
            flow = walk(range.otherwise(), dot);
            forget(mark);
            return flow;
        }
        forget(mark);
        return Flow.NEXT;
    }

    private static void elements(Object over, List<Object> keys, List<Object> values, int at) {
        switch (over) {
            case null -> { }
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    keys.add((long) i);
                    values.add(list.get(i));
                }
            }
            case GoJson.Array(List<?> items) -> elements(items, keys, values, at);
            case GoJson.Dictionary(TreeMap<String, Object> entries) -> elements(entries, keys, values, at);
            case Map<?, ?> map -> new TreeMap<String, Object>(strings(map)).forEach((key, value) -> {
                keys.add(key);
                values.add(value);
            });
            case Long n when n >= 0 && n <= 100_000 -> {
                for (long i = 0; i < n; i++) {
                    keys.add(i);
                    values.add(i);
                }
            }
            default -> throw new GoError("range can't iterate over " + Printed.kind(over), at);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> strings(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    private void call(Node.Call call, Object dot) {
        List<Node> nodes = defined.get(call.name());
        if (nodes == null) {
            throw new GoError("template \"" + call.name() + "\" not defined", call.at());
        }
        Object argument = call.argument().map(pipeline -> Optional.ofNullable(evaluate(pipeline, dot))).flatMap(v -> v).orElse(null);
        meter.enter(call.at());
        run(nodes, argument);
        meter.leave();
    }

    private Object evaluate(Pipeline pipeline, Object dot) {
        return evaluate(pipeline, dot, true);
    }

    /** Evaluates a pipeline and, but for a loop's, sets its variable. */
    private Object evaluate(Pipeline pipeline, Object dot, boolean sets) {
        meter.step(pipeline.at());
        Object value = null;
        boolean piped = false;
        for (Command command : pipeline.commands()) {
            value = evaluate(command, dot, piped, value);
            piped = true;
        }
        if (sets && !pipeline.variables().isEmpty()) {
            set(pipeline.variables().getLast(), value, pipeline);
        }
        return value;
    }

    private void set(String name, Object value, Pipeline pipeline) {
        if (pipeline.declares()) {
            variables.add(new Variable(name, value));
        } else {
            variable(name, pipeline.at()).value = value;
        }
    }

    private Variable variable(String name, int at) {
        for (int i = variables.size() - 1; i >= 0; i--) {
            if (variables.get(i).name.equals(name)) {
                return variables.get(i);
            }
        }
        throw new GoError("undefined variable \"" + name + "\"", at);
    }

    private void forget(int mark) {
        variables.subList(mark, variables.size()).clear();
    }

    private Object evaluate(Command command, Object dot, boolean piped, Object last) {
        Operand first = command.operands().getFirst();
        if (first instanceof Operand.Function(String name, int at)) {
            return function(name, command, dot, piped, last, at);
        }
        if (command.operands().size() > 1 || piped) {
            throw new GoError("can't give argument to a value that is no function", command.at());
        }
        return value(first, dot);
    }

    private Object function(String name, Command command, Object dot, boolean piped, Object last, int at) {
        List<Operand> operands = command.operands();
        if (name.equals("and") || name.equals("or")) {
            return choice(name.equals("or"), operands, dot, piped, last, at);
        }
        List<Object> arguments = new ArrayList<>();
        for (int i = 1; i < operands.size(); i++) {
            arguments.add(value(operands.get(i), dot));
        }
        if (piped) {
            arguments.add(last);
        }
        Object result = functions.call(name, arguments, at);
        if (result instanceof String text) {
            meter.length(text.length(), at);
        }
        return result;
    }

    /** Returns the first argument that decides, or the last one; those after it are not evaluated. */
    private Object choice(boolean or, List<Operand> operands, Object dot, boolean piped, Object last, int at) {
        Object value = null;
        int count = operands.size() - 1 + (piped ? 1 : 0);
        if (count == 0) {
            throw new GoError("wrong number of args for " + (or ? "or" : "and") + ": want at least 1 got 0", at);
        }
        for (int i = 1; i <= count; i++) {
            value = i < operands.size() ? value(operands.get(i), dot) : last;
            if (Functions.truth(value) == or) {
                return value;
            }
        }
        return value;
    }

    private Object value(Operand operand, Object dot) {
        meter.step(-1);
        return switch (operand) {
            case Operand.Constant(Object value) -> value;
            case Operand.Field(List<String> names, int at) -> fields(dot, names, at);
            case Operand.Variable(String name, List<String> names, int at) -> fields(variable(name, at).value, names, at);
            case Operand.Sub(Pipeline pipeline, List<String> names, int at) -> fields(evaluate(pipeline, dot), names, at);
            case Operand.Function(String name, int at) -> functions.call(name, List.of(), at);
        };
    }

    private static Object fields(Object value, List<String> names, int at) {
        Object found = value;
        for (String name : names) {
            found = switch (found) {
                case GoStruct struct -> {
                    if (!struct.fields().containsKey(name)) {
                        throw new GoError("can't evaluate field " + name + " in type " + struct.type(), at);
                    }
                    yield struct.fields().get(name);
                }
                case Map<?, ?> map -> map.get(name);
                case GoJson.Dictionary dictionary -> dictionary.entries().get(name);
                case null -> throw new GoError("nil pointer evaluating interface {}." + name, at);
                default -> throw new GoError("can't evaluate field " + name + " in type " + Printed.kind(found), at);
            };
        }
        return found;
    }
}
