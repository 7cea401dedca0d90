package dev.runtime.kernel.constrain;

import dev.runtime.api.inference.OutputFormat;
import java.util.Map;
import java.util.function.Consumer;

/** Answers' forms as expressions. */
final class Constraint {
    private Constraint() {}

    /**
     * Returns what an answer of a format may be.
     *
     * @param unenforced takes what of a schema is not enforced
     * @throws dev.runtime.api.RuntimeFailure with {@code request.invalid} for a format that is malformed or too large
     */
    static Expression answer(OutputFormat format, Rules rules, Consumer<String> unenforced) {
        return switch (format) {
            case OutputFormat.Free _ -> new Expression.Repeat(new Expression.Characters(CodePoints.ALL), 0, Expression.UNLIMITED);
            case OutputFormat.Json _ -> new JsonForms(rules).object();
            case OutputFormat.Schema(Map<String, Object> schema, boolean strict) ->
                    new SchemaCompiler(new JsonForms(rules), schema, new SchemaNotes(strict ? Constraint::refuse : unenforced)).value(schema);
            case OutputFormat.Grammar(String text) -> GrammarReader.read(text, rules);
            case OutputFormat.Regex(String pattern) -> PatternReader.whole(pattern);
            case OutputFormat.Choice(var texts) -> new Expression.Choice(texts.stream().map(Expression::text).toList());
        };
    }

    private static void refuse(String reason) {
        throw Refusal.of(reason + "; the request asked for strict adherence");
    }
}
