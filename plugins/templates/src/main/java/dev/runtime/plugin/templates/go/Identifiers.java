package dev.runtime.plugin.templates.go;

import dev.runtime.plugin.templates.go.Node.Operand;
import dev.runtime.plugin.templates.go.Node.Pipeline;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Looks at trees without running them. */
final class Identifiers {
    private final Set<String> names = new HashSet<>();

    private Identifiers() {}

    /** Returns the names of all fields and variables in lower case. */
    static Set<String> of(List<Node> main, Map<String, List<Node>> defined) {
        Identifiers identifiers = new Identifiers();
        identifiers.nodes(main);
        defined.values().forEach(identifiers::nodes);
        return identifiers.names;
    }

    private void nodes(List<Node> nodes) {
        for (Node node : nodes) {
            switch (node) {
                case Node.Text _, Node.Jump _ -> { }
                case Node.Action(Pipeline pipeline) -> pipeline(pipeline);
                case Node.Branch branch -> {
                    pipeline(branch.condition());
                    nodes(branch.body());
                    nodes(branch.otherwise());
                }
                case Node.Range range -> {
                    pipeline(range.over());
                    nodes(range.body());
                    nodes(range.otherwise());
                }
                case Node.Call call -> call.argument().ifPresent(this::pipeline);
            }
        }
    }

    private void pipeline(Pipeline pipeline) {
        pipeline.variables().forEach(this::name);
        pipeline.commands().forEach(command -> command.operands().forEach(operand -> {
            switch (operand) {
                case Operand.Field field -> field.names().forEach(this::name);
                case Operand.Variable variable -> {
                    name(variable.name());
                    variable.names().forEach(this::name);
                }
                case Operand.Sub sub -> {
                    pipeline(sub.pipeline());
                    sub.names().forEach(this::name);
                }
                case Operand.Function _, Operand.Constant _ -> { }
            }
        }));
    }

    private void name(String name) {
        names.add((name.startsWith("$") ? name.substring(1) : name).toLowerCase(Locale.ROOT));
    }

    /** Returns a tree that ends with the first action that prints the answer, also inside of branches. */
    static List<Node> upToAnswer(List<Node> nodes) {
        return new Cut().cut(nodes);
    }

    private static final class Cut {
        private boolean done;

        List<Node> cut(List<Node> nodes) {
            List<Node> kept = new ArrayList<>();
            for (Node node : nodes) {
                if (done) {
                    break;
                }
                kept.add(switch (node) {
                    case Node.Action action -> {
                        done = mentions(action.pipeline());
                        yield action;
                    }
                    case Node.Branch b -> new Node.Branch(b.condition(), b.with(), cut(b.body()), cut(b.otherwise()));
                    case Node.Range r -> new Node.Range(r.over(), cut(r.body()), cut(r.otherwise()));
                    case Node.Text _, Node.Call _, Node.Jump _ -> node;
                });
            }
            return kept;
        }

        private static boolean mentions(Pipeline pipeline) {
            Identifiers identifiers = new Identifiers();
            identifiers.pipeline(pipeline);
            return identifiers.names.contains("response");
        }
    }
}
