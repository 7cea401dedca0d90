package dev.runtime.plugin.templates.jinja;

import dev.runtime.plugin.templates.jinja.Statement.Target;
import java.util.ArrayList;
import java.util.List;

/** Carries statements out. */
final class Interpreter {
    /** How a statement ended. */
    private enum Flow {
        NEXT,
        BREAK,
        CONTINUE
    }

    private static final String LOOP = "loop";

    private final Rendering rendering;
    private final Budget budget;
    private final Evaluator evaluator;

    Interpreter(Rendering rendering) {
        this.rendering = rendering;
        this.budget = rendering.budget();
        this.evaluator = new Evaluator(rendering);
    }

    /** Returns what statements write. */
    String text(List<Statement> statements, Scope scope) {
        StringBuilder out = new StringBuilder();
        run(statements, scope, out);
        return out.toString();
    }

    Object evaluate(Expression expression, Scope scope) {
        return evaluator.value(expression, scope);
    }

    private Flow run(List<Statement> statements, Scope scope, StringBuilder out) {
        budget.enter();
        Flow flow = Flow.NEXT;
        for (int i = 0; i < statements.size() && flow == Flow.NEXT; i++) {
            flow = run(statements.get(i), scope, out);
        }
        budget.leave();
        return flow;
    }

    private Flow run(Statement statement, Scope scope, StringBuilder out) {
        budget.step();
        switch (statement) {
            case Statement.Text text -> budget.append(out, text.text());
            case Statement.Output output -> budget.append(out, rendering.str(evaluator.value(output.value(), scope)));
            case Statement.If branching -> {
                return conditional(branching, scope, out);
            }
            case Statement.For loop -> {
                rendering.at(loop.at());
                return loop(loop, evaluator.value(loop.items(), scope), 0, scope, out);
            }
            case Statement.Assign assign -> assign(assign.target(), evaluator.value(assign.value(), scope), scope);
            case Statement.AssignBlock block -> {
                Object text = text(block.body(), scope.inner());
                assign(block.target(), block.filters().isPresent() ? filtered(block.filters().get(), text, scope) : text, scope);
            }
            case Statement.FilterBlock block -> {
                String text = text(block.body(), scope.inner());
                budget.append(out, rendering.str(filtered(block.filters(), text, scope)));
            }
            case Statement.Define macro ->
                scope.set(macro.name(), new Macro(macro.name(), macro.signature(), macro.body(), scope, this));
            case Statement.CallBlock block -> {
                Macro caller = new Macro("caller", block.signature(), block.body(), scope, this);
                Object text = evaluator.call(block.call(), new Evaluator.ArgumentsPlus("caller", caller), scope);
                budget.append(out, rendering.str(text));
            }
            case Statement.With with -> {
                return with(with, scope, out);
            }
            case Statement.Break _ -> {
                return Flow.BREAK;
            }
            case Statement.Continue _ -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.NEXT;
    }

    private Flow conditional(Statement.If branching, Scope scope, StringBuilder out) {
        for (Statement.Branch branch : branching.branches()) {
            if (Values.truth(evaluator.value(branch.condition(), scope))) {
                return run(branch.body(), scope, out);
            }
        }
        return run(branching.otherwise(), scope, out);
    }

    private Flow with(Statement.With with, Scope scope, StringBuilder out) {
        Scope inner = scope.inner();
        for (int i = 0; i < with.targets().size(); i++) {
            assign(with.targets().get(i), evaluator.value(with.values().get(i), scope), inner);
        }
        return run(with.body(), inner, out);
    }

    private Object filtered(Expression filters, Object text, Scope scope) {
        Scope inner = scope.inner();
        inner.set(Statement.BODY, text);
        return evaluator.value(filters, inner);
    }

    private Flow loop(Statement.For loop, Object value, int depth, Scope scope, StringBuilder out) {
        List<?> items = kept(loop, Values.items(value, budget), scope);
        if (items.isEmpty()) {
            return run(loop.otherwise(), scope.inner(), out);
        }
        Callable descend =
                arguments -> {
                    if (!loop.recursive()) {
                        throw TemplateError.type("the loop is not recursive");
                    }
                    StringBuilder inner = new StringBuilder();
                    loop(loop, arguments.bind(LOOP, "items").value(0), depth + 1, scope, inner);
                    return inner.toString();
                };
        LoopState state = new LoopState(items, depth, descend, budget);
        for (int i = 0; i < items.size(); i++) {
            budget.step();
            Scope inner = scope.inner();
            state.index(i);
            inner.set(LOOP, state);
            assign(loop.target(), items.get(i), inner);
            if (run(loop.body(), inner, out) == Flow.BREAK) {
                break;
            }
        }
        return Flow.NEXT;
    }

    /** Returns the items for which the loop's condition holds. */
    private List<?> kept(Statement.For loop, List<?> items, Scope scope) {
        if (loop.condition().isEmpty()) {
            return items;
        }
        List<Object> kept = new ArrayList<>();
        for (Object item : items) {
            budget.step();
            Scope inner = scope.inner();
            assign(loop.target(), item, inner);
            if (Values.truth(evaluator.value(loop.condition().get(), inner))) {
                kept.add(item);
            }
        }
        return kept;
    }

    private void assign(Target target, Object value, Scope scope) {
        switch (target) {
            case Target.Variable variable -> scope.set(variable.name(), value);
            case Target.Member member -> {
                if (!(scope.get(member.namespace()) instanceof Namespace namespace)) {
                    throw TemplateError.type("cannot assign an attribute of '" + member.namespace() + "', which is no namespace");
                }
                namespace.set(member.attribute(), value);
            }
            case Target.Several several -> {
                List<?> parts = Values.items(value, budget);
                if (parts.size() != several.targets().size()) {
                    throw TemplateError.type("cannot unpack " + parts.size() + " values into " + several.targets().size());
                }
                for (int i = 0; i < parts.size(); i++) {
                    assign(several.targets().get(i), parts.get(i), scope);
                }
            }
        }
    }
}
