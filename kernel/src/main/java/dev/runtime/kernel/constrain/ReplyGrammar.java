package dev.runtime.kernel.constrain;

import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.text.CallForm;
import dev.runtime.api.text.ReplyForm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes the grammar of a whole reply: a thought where there may be one, then the answer or calls as the family writes them. For one thread. */
final class ReplyGrammar {
    /** A reply with more calls is a model that repeats itself. */
    private static final int MOST_CALLS = 16;

    /** A call where the family has no form of its own; the kernel reads it back. */
    static final CallForm PLAIN_CALL =
            new CallForm("", "{\"name\": \"", "\", \"arguments\": ", new CallForm.Arguments.Json(), "}", Optional.empty(), "");

    private final ReplyDemand demand;
    private final Consumer<String> notes;
    private final Rules rules = new Rules();
    private final JsonForms json = new JsonForms(rules);

    private ReplyGrammar(ReplyDemand demand, Consumer<String> notes) {
        this.demand = demand;
        this.notes = notes;
    }

    /**
     * Builds the network of a reply; none if nothing can be enforced.
     *
     * @param notes takes what is not enforced
     */
    static Optional<Network> of(ReplyDemand demand, Consumer<String> notes) {
        ReplyGrammar grammar = new ReplyGrammar(demand, notes);
        return grammar.body().map(body ->
                NetworkBuilder.build(grammar.rules, grammar.rules.add(Expression.sequence(grammar.thought(), body)).rule()));
    }

    private Expression thought() {
        if (demand.form().thought().isEmpty()) {
            return Expression.EMPTY;
        }
        ReplyForm.Thought thought = demand.form().thought().get();
        Expression space = new Expression.Repeat(new Expression.Characters(CodePoints.anyOf(" \n")), 0, 4);
        Expression rest = Expression.sequence(PlainText.until(rules, thought.close()), space);
        if (thought.begun()) {
            return rest;
        }
        return demand.thinking() ? Expression.optional(Expression.sequence(Expression.text(thought.open()), rest)) : Expression.EMPTY;
    }

    private Optional<Expression> body() {
        boolean free = demand.format() instanceof OutputFormat.Free;
        if (demand.tools().isEmpty()) {
            return Optional.of(answer());
        }
        CallForm form = demand.form().calls().orElse(PLAIN_CALL);
        if (demand.choice().required()) {
            return Optional.of(calls(form, form.begin()));
        }
        if (!free) {
            return Optional.of(demand.form().calls().isEmpty() ? answer() : Expression.choice(answer(), calls(form, form.begin())));
        }
        String marker = form.begin().isEmpty() ? form.open() : form.begin();
        boolean marked = marker.startsWith("<") || marker.startsWith("[TOOL");
        if (demand.form().calls().isEmpty() || !marked) {
            notes.accept("that the model calls one tool at most is not enforced: its calls have no marker");
            return Optional.empty();
        }
        Expression called = Expression.sequence(PlainText.until(rules, marker), calls(form, form.begin().isEmpty() ? null : ""));
        return Optional.of(Expression.choice(PlainText.without(rules, marker), called));
    }

    private Expression answer() {
        return Expression.sequence(Expression.text(demand.form().answer()), Constraint.answer(demand.format(), rules, notes));
    }

    /**
     * Returns calls.
     *
     * @param begin what stands before the first, null if even what opens the first call was written
     */
    private Expression calls(CallForm form, String begin) {
        Expression body = rules.add(new Expression.Choice(demand.tools().stream().map(tool -> body(form, tool)).toList()));
        Expression call = Expression.sequence(Expression.text(form.open()), body);
        List<Expression> parts = new ArrayList<>();
        if (begin == null) {
            parts.add(body);
        } else {
            parts.add(Expression.text(begin));
            parts.add(call);
        }
        if (demand.choice().parallel() && form.separator().isPresent()) {
            parts.add(new Expression.Repeat(Expression.sequence(Expression.text(form.separator().get()), call), 0, MOST_CALLS - 1));
        }
        parts.add(Expression.text(form.end()));
        return new Expression.Sequence(parts);
    }

    /** Returns a call from the name on. */
    private Expression body(CallForm form, ToolDefinition tool) {
        Map<String, Object> schema = new LinkedHashMap<>(tool.parameters());
        schema.putIfAbsent("type", "object");
        SchemaNotes unenforced = new SchemaNotes(text -> notes.accept("tool \"" + tool.name() + "\": " + text));
        SchemaCompiler values = new SchemaCompiler(json, schema, unenforced);
        Expression arguments = switch (form.arguments()) {
            case CallForm.Arguments.Json _ -> values.value(schema);
            case CallForm.Arguments.Members members -> {
                ObjectForm objects = new ObjectForm(json, values, unenforced);
                yield new Expression.Choice(values.objects(schema).stream().map(each -> objects.arguments(each, members)).toList());
            }
        };
        return Expression.sequence(Expression.text(tool.name() + form.afterName()), arguments, Expression.text(form.close()));
    }
}
