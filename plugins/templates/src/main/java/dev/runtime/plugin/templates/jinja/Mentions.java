package dev.runtime.plugin.templates.jinja;

import dev.runtime.plugin.templates.jinja.Expression.ArgumentList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a template mentions anywhere, which tells what it has a place for.
 *
 * @param names variables that it reads
 * @param members attributes and constant subscripts that it reads
 * @param texts texts and string constants
 */
record Mentions(Set<String> names, Set<String> members, Set<String> texts) {
    static Mentions of(List<Statement> statements) {
        Mentions mentions = new Mentions(new HashSet<>(), new HashSet<>(), new HashSet<>());
        mentions.statements(statements);
        return mentions;
    }

    /** Tells whether a text or constant contains a part. */
    boolean text(String part) {
        return texts.stream().anyMatch(text -> text.contains(part));
    }

    private void statements(List<Statement> statements) {
        statements.forEach(this::statement);
    }

    private void statement(Statement statement) {
        switch (statement) {
            case Statement.Text text -> texts.add(text.text());
            case Statement.Output output -> expression(output.value());
            case Statement.If branching -> {
                for (Statement.Branch branch : branching.branches()) {
                    expression(branch.condition());
                    statements(branch.body());
                }
                statements(branching.otherwise());
            }
            case Statement.For loop -> {
                expression(loop.items());
                expression(loop.condition());
                statements(loop.body());
                statements(loop.otherwise());
            }
            case Statement.Assign assign -> expression(assign.value());
            case Statement.AssignBlock block -> {
                expression(block.filters());
                statements(block.body());
            }
            case Statement.FilterBlock block -> {
                expression(block.filters());
                statements(block.body());
            }
            case Statement.Define macro -> {
                macro.signature().defaults().forEach(this::expression);
                statements(macro.body());
            }
            case Statement.CallBlock block -> {
                expression(block.call());
                statements(block.body());
            }
            case Statement.With with -> {
                with.values().forEach(this::expression);
                statements(with.body());
            }
            case Statement.Break _, Statement.Continue _ -> {}
        }
    }

    private void expression(Optional<Expression> expression) {
        expression.ifPresent(this::expression);
    }

    private void expression(Expression expression) {
        switch (expression) {
            case Expression.Literal literal -> {
                if (literal.value() instanceof String text) {
                    texts.add(text);
                }
            }
            case Expression.Name name -> names.add(name.name());
            case Expression.Attribute attribute -> {
                members.add(attribute.name());
                expression(attribute.object());
            }
            case Expression.Subscript subscript -> {
                if (subscript.key() instanceof Expression.Literal(String key, int _)) {
                    members.add(key);
                }
                expression(subscript.object());
                expression(subscript.key());
            }
            case Expression.Slice slice -> {
                expression(slice.object());
                expression(slice.from());
                expression(slice.to());
                expression(slice.step());
            }
            case Expression.Call call -> {
                expression(call.function());
                arguments(call.arguments());
            }
            case Expression.Filtered filtered -> {
                expression(filtered.value());
                arguments(filtered.arguments());
            }
            case Expression.Tested tested -> {
                expression(tested.value());
                arguments(tested.arguments());
            }
            case Expression.Signed signed -> expression(signed.operand());
            case Expression.Not not -> expression(not.operand());
            case Expression.Binary binary -> {
                expression(binary.left());
                expression(binary.right());
            }
            case Expression.Logic logic -> {
                expression(logic.left());
                expression(logic.right());
            }
            case Expression.Compared compared -> {
                expression(compared.first());
                compared.rest().forEach(comparison -> expression(comparison.operand()));
            }
            case Expression.Conditional conditional -> {
                expression(conditional.condition());
                expression(conditional.yes());
                expression(conditional.no());
            }
            case Expression.Sequence sequence -> sequence.items().forEach(this::expression);
            case Expression.Mapping mapping -> {
                mapping.keys().forEach(this::expression);
                mapping.values().forEach(this::expression);
            }
        }
    }

    private void arguments(ArgumentList arguments) {
        arguments.positional().forEach(this::expression);
        arguments.named().forEach(keyword -> expression(keyword.value()));
        expression(arguments.unpackedList());
        expression(arguments.unpackedMap());
    }
}
