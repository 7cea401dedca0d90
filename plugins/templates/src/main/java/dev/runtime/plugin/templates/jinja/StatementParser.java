package dev.runtime.plugin.templates.jinja;

import dev.runtime.plugin.templates.jinja.Statement.Branch;
import dev.runtime.plugin.templates.jinja.Statement.Signature;
import dev.runtime.plugin.templates.jinja.Statement.Target;
import dev.runtime.plugin.templates.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Parses a template to its statements. */
final class StatementParser {
    private final TokenStream tokens;
    private final ExpressionParser expressions;
    /** How many loops are open here; {@code break} needs one. */
    private int loops;

    private StatementParser(TokenStream tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
    }

    /** Parses a normalized source. */
    static List<Statement> parse(String normalized) {
        StatementParser parser = new StatementParser(new TokenStream(Lexer.tokens(normalized)));
        List<Statement> statements = parser.body(Set.of());
        parser.tokens.expect(Kind.END, "the end of the template");
        return statements;
    }

    /** Parses up to a block that begins with one of some words, or the end; what stops it is not taken, but its opening is. */
    private List<Statement> body(Set<String> ends) {
        int depth = tokens.enter();
        int opened = tokens.previous().at();
        List<Statement> statements = new ArrayList<>();
        while (true) {
            Token token = tokens.peek();
            switch (token.kind()) {
                case DATA -> statements.add(new Statement.Text(tokens.take().text()));
                case OUTPUT_BEGIN -> {
                    tokens.take();
                    statements.add(new Statement.Output(expressions.tuple(true)));
                    tokens.expect(Kind.OUTPUT_END, "'}}'");
                }
                case BLOCK_BEGIN -> {
                    tokens.take();
                    if (tokens.peek().kind() == Kind.NAME && ends.contains(tokens.peek().text())) {
                        tokens.leave(depth);
                        return List.copyOf(statements);
                    }
                    statements.add(statement());
                }
                case END -> {
                    if (!ends.isEmpty()) {
                        throw TemplateError.syntax("this block is not closed by " + String.join(" or ", new TreeSet<>(ends)), opened);
                    }
                    tokens.leave(depth);
                    return List.copyOf(statements);
                }
                case OUTPUT_END, BLOCK_END, NAME, STRING, INTEGER, FLOAT, OPERATOR ->
                    throw TemplateError.syntax("unexpected " + token.described(), token.at());
            }
        }
    }

    /** Parses a body and the block that closes it. */
    private List<Statement> bodyUntil(String end) {
        List<Statement> statements = body(Set.of(end));
        tokens.take();
        closeBlock();
        return statements;
    }

    private void closeBlock() {
        tokens.expect(Kind.BLOCK_END, "'%}'");
    }

    private Statement statement() {
        Token word = tokens.expect(Kind.NAME, "the name of a block");
        return switch (word.text()) {
            case "if" -> conditional();
            case "for" -> loop(word.at());
            case "set" -> assignment(word.at());
            case "macro" -> macro(word.at());
            case "call" -> callBlock(word.at());
            case "filter" -> filterBlock(word.at());
            case "with" -> with(word.at());
            case "generation" -> {
                closeBlock();
                yield new Statement.With(List.of(), List.of(), bodyUntil("endgeneration"), word.at());
            }
            case "break" -> {
                inLoop(word);
                closeBlock();
                yield new Statement.Break();
            }
            case "continue" -> {
                inLoop(word);
                closeBlock();
                yield new Statement.Continue();
            }
            default -> throw TemplateError.syntax("unknown or misplaced block '" + word.text() + "'", word.at());
        };
    }

    private void inLoop(Token word) {
        if (loops == 0) {
            throw TemplateError.syntax("'" + word.text() + "' outside of a loop", word.at());
        }
    }

    private Statement conditional() {
        List<Branch> branches = new ArrayList<>();
        List<Statement> otherwise = List.of();
        Token word;
        do {
            Expression condition = expressions.tuple(true);
            closeBlock();
            branches.add(new Branch(condition, body(Set.of("elif", "else", "endif"))));
            word = tokens.take();
        } while (word.name("elif"));
        if (word.name("else")) {
            closeBlock();
            otherwise = body(Set.of("endif"));
            tokens.take();
        }
        closeBlock();
        return new Statement.If(List.copyOf(branches), otherwise);
    }

    private Statement loop(int at) {
        Target target = target();
        tokens.expectName("in");
        Expression items = expressions.tuple(false);
        Optional<Expression> condition = tokens.skipName("if") ? Optional.of(expressions.expression()) : Optional.empty();
        boolean recursive = tokens.skipName("recursive");
        closeBlock();
        loops++;
        List<Statement> body = body(Set.of("else", "endfor"));
        loops--;
        List<Statement> otherwise = List.of();
        if (tokens.take().name("else")) {
            closeBlock();
            otherwise = body(Set.of("endfor"));
            tokens.take();
        }
        closeBlock();
        return new Statement.For(target, items, condition, recursive, body, otherwise, at);
    }

    private Statement assignment(int at) {
        Target target = target();
        if (tokens.skip("=")) {
            Expression value = expressions.tuple(true);
            closeBlock();
            return new Statement.Assign(target, value, at);
        }
        Optional<Expression> filters = tokens.peek().operator("|") ? Optional.of(blockFilters()) : Optional.empty();
        closeBlock();
        return new Statement.AssignBlock(target, closed("endset"), filters, at);
    }

    /** Parses the body of a block whose loops are its own. */
    private List<Statement> closed(String end) {
        int outer = loops;
        loops = 0;
        List<Statement> body = bodyUntil(end);
        loops = outer;
        return body;
    }

    private Expression blockFilters() {
        Expression value = new Expression.Name(Statement.BODY, tokens.peek().at());
        int depth = tokens.enter();
        while (tokens.skip("|")) {
            tokens.enter();
            value = expressions.filter(value);
        }
        tokens.leave(depth);
        return value;
    }

    private Statement filterBlock(int at) {
        Expression value = expressions.filter(new Expression.Name(Statement.BODY, at));
        int depth = tokens.enter();
        while (tokens.skip("|")) {
            tokens.enter();
            value = expressions.filter(value);
        }
        tokens.leave(depth);
        closeBlock();
        return new Statement.FilterBlock(closed("endfilter"), value, at);
    }

    private Statement macro(int at) {
        String name = tokens.expect(Kind.NAME, "the name of a macro").text();
        Signature signature = signature();
        closeBlock();
        List<Statement> body = closed("endmacro");
        return new Statement.Define(name, withExtras(signature, body), body, at);
    }

    private static Signature withExtras(Signature signature, List<Statement> body) {
        Mentions mentions = Mentions.of(body);
        return new Signature(
                signature.parameters(),
                signature.defaults(),
                mentions.names().contains("varargs"),
                mentions.names().contains("kwargs"));
    }

    private Signature signature() {
        List<String> parameters = new ArrayList<>();
        List<Expression> defaults = new ArrayList<>();
        tokens.expect("(");
        while (!tokens.skip(")")) {
            if (!parameters.isEmpty()) {
                tokens.expect(",");
            }
            Token name = tokens.expect(Kind.NAME, "the name of a parameter");
            parameters.add(name.text());
            if (tokens.skip("=")) {
                defaults.add(expressions.expression());
            } else if (!defaults.isEmpty()) {
                throw TemplateError.syntax("parameter '" + name.text() + "' without a default after one with a default", name.at());
            }
        }
        return new Signature(List.copyOf(parameters), List.copyOf(defaults), false, false);
    }

    private Statement callBlock(int at) {
        Signature signature = tokens.peek().operator("(") ? signature() : new Signature(List.of(), List.of(), false, false);
        if (!(expressions.expression() instanceof Expression.Call call)) {
            throw TemplateError.syntax("expected a call of a macro", at);
        }
        closeBlock();
        List<Statement> body = closed("endcall");
        return new Statement.CallBlock(withExtras(signature, body), call, body, at);
    }

    private Statement with(int at) {
        List<Target> targets = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (tokens.peek().kind() != Kind.BLOCK_END) {
            if (!targets.isEmpty()) {
                tokens.expect(",");
            }
            targets.add(single());
            tokens.expect("=");
            values.add(expressions.expression());
        }
        closeBlock();
        return new Statement.With(List.copyOf(targets), List.copyOf(values), bodyUntil("endwith"), at);
    }

    private Target target() {
        Target first = single();
        if (!tokens.peek().operator(",")) {
            return first;
        }
        List<Target> targets = new ArrayList<>(List.of(first));
        while (tokens.skip(",")) {
            targets.add(single());
        }
        return new Target.Several(List.copyOf(targets));
    }

    private Target single() {
        if (tokens.skip("(")) {
            int depth = tokens.enter();
            Target target = target();
            tokens.expect(")");
            tokens.leave(depth);
            return target;
        }
        Token name = tokens.expect(Kind.NAME, "a variable");
        if (Set.of("true", "false", "none", "True", "False", "None").contains(name.text())) {
            throw TemplateError.syntax("'" + name.text() + "' cannot be assigned", name.at());
        }
        if (tokens.skip(".")) {
            return new Target.Member(name.text(), tokens.expect(Kind.NAME, "an attribute").text());
        }
        return new Target.Variable(name.text());
    }
}
