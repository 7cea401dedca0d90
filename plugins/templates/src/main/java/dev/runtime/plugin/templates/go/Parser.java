package dev.runtime.plugin.templates.go;

import dev.runtime.plugin.templates.go.Node.Command;
import dev.runtime.plugin.templates.go.Node.Operand;
import dev.runtime.plugin.templates.go.Node.Pipeline;
import dev.runtime.plugin.templates.go.Token.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes a tree of a source. For one source. */
final class Parser {
    private static final int DEEPEST = 100;
    private static final Set<String> KEYWORDS = Set.of("if", "else", "end", "range", "with", "break", "continue", "define", "template", "block");

    private final List<Token> tokens;
    private final Map<String, List<Node>> defined = new HashMap<>();
    private int next;
    private int depth;
    private int loops;

    private Parser(String source) {
        tokens = new Lexer(source).tokens();
    }

    /** Templates of a source: the main one, and others by name. */
    record Parsed(List<Node> main, Map<String, List<Node>> defined) {}

    static Parsed parse(String source) {
        Parser parser = new Parser(source);
        List<Node> main = new ArrayList<>();
        String end = parser.nodes(main);
        if (!end.isEmpty()) {
            throw new GoError("unexpected {{" + end + "}}", parser.tokens.get(parser.next - 1).at());
        }
        return new Parsed(main, parser.defined);
    }

    /** Reads nodes up to {@code end} or {@code else}, whose word it returns, or to the end of the source. */
    private String nodes(List<Node> into) {
        while (true) {
            Token token = tokens.get(next++);
            switch (token.kind()) {
                case END -> {
                    return "";
                }
                case TEXT -> into.add(new Node.Text(token.text()));
                default -> {
                    Token first = tokens.get(next);
                    if (first.kind() == Kind.WORD && KEYWORDS.contains(first.text())) {
                        next++;
                        if (first.text().equals("end") || first.text().equals("else")) {
                            if (first.text().equals("end")) {
                                close();
                            }
                            return first.text();
                        }
                        keyword(first, into);
                    } else {
                        Pipeline pipeline = pipeline();
                        close();
                        into.add(new Node.Action(pipeline));
                    }
                }
            }
        }
    }

    private void keyword(Token word, List<Node> into) {
        if (++depth > DEEPEST) {
            throw new GoError("blocks nest more than " + DEEPEST + " deep", word.at());
        }
        switch (word.text()) {
            case "if", "with" -> into.add(branch(word.text().equals("with"), word));
            case "range" -> into.add(range(word));
            case "break", "continue" -> {
                if (loops == 0) {
                    throw new GoError("{{" + word.text() + "}} outside {{range}}", word.at());
                }
                close();
                into.add(new Node.Jump(word.text().equals("break")));
            }
            case "define" -> {
                String name = name(word);
                close();
                defined.put(name, body(word));
            }
            case "block" -> {
                String name = name(word);
                Pipeline argument = pipeline();
                close();
                defined.put(name, body(word));
                into.add(new Node.Call(name, Optional.of(argument), word.at()));
            }
            default -> {
                String name = name(word);
                Optional<Pipeline> argument = peek().kind() == Kind.CLOSE ? Optional.empty() : Optional.of(pipeline());
                close();
                into.add(new Node.Call(name, argument, word.at()));
            }
        }
        depth--;
    }

    private List<Node> body(Token word) {
        List<Node> body = new ArrayList<>();
        end(nodes(body), word);
        return body;
    }

    private Node branch(boolean with, Token word) {
        Pipeline condition = pipeline();
        close();
        List<Node> body = new ArrayList<>();
        String end = nodes(body);
        List<Node> otherwise = end.equals("else") ? otherwise(word) : List.of();
        if (!end.equals("else")) {
            end(end, word);
        }
        return new Node.Branch(condition, with, body, otherwise);
    }

    /** After {@code else}: another condition, which the same {@code end} closes, or a body. */
    private List<Node> otherwise(Token word) {
        Token token = peek();
        if (token.is(Kind.WORD, "if") || token.is(Kind.WORD, "with")) {
            next++;
            if (++depth > DEEPEST) {
                throw new GoError("blocks nest more than " + DEEPEST + " deep", word.at());
            }
            Node nested = branch(token.text().equals("with"), word);
            depth--;
            return List.of(nested);
        }
        close();
        return body(word);
    }

    private Node range(Token word) {
        Pipeline over = pipeline();
        close();
        loops++;
        List<Node> body = new ArrayList<>();
        String end = nodes(body);
        loops--;
        List<Node> otherwise = List.of();
        if (end.equals("else")) {
            close();
            otherwise = body(word);
        } else {
            end(end, word);
        }
        return new Node.Range(over, body, otherwise);
    }

    private static void end(String end, Token word) {
        if (!end.equals("end")) {
            throw new GoError(end.isEmpty() ? "unexpected EOF: {{" + word.text() + "}} has no {{end}}" : "unexpected {{" + end + "}}", word.at());
        }
    }

    private String name(Token word) {
        Token name = tokens.get(next++);
        if (name.kind() != Kind.STRING) {
            throw new GoError("{{" + word.text() + "}} needs a name in quotes", name.at());
        }
        return name.text();
    }

    private void close() {
        Token token = tokens.get(next++);
        if (token.kind() != Kind.CLOSE) {
            throw new GoError("unexpected \"" + token.text() + "\" in an action", token.at());
        }
    }

    private Token peek() {
        return tokens.get(next);
    }

    private Pipeline pipeline() {
        int at = peek().at();
        List<String> variables = new ArrayList<>();
        boolean declares = variables(variables);
        List<Command> commands = new ArrayList<>();
        commands.add(command());
        while (peek().is(Kind.SIGN, "|")) {
            next++;
            commands.add(command());
        }
        return new Pipeline(variables, declares, commands, at);
    }

    /** Reads {@code $a, $b :=} or {@code $a =} if that is what comes; returns whether the variables are new. */
    private boolean variables(List<String> variables) {
        int look = next;
        List<String> names = new ArrayList<>();
        while (tokens.get(look).kind() == Kind.VARIABLE && names.size() < 2) {
            names.add(tokens.get(look++).text());
            if (!tokens.get(look).is(Kind.SIGN, ",")) {
                break;
            }
            look++;
        }
        boolean declares = tokens.get(look).is(Kind.SIGN, ":=");
        if (!names.isEmpty() && (declares || tokens.get(look).is(Kind.SIGN, "="))) {
            variables.addAll(names);
            next = look + 1;
        }
        return declares;
    }

    private Command command() {
        int at = peek().at();
        List<Operand> operands = new ArrayList<>();
        while (peek().kind() != Kind.CLOSE && !peek().is(Kind.SIGN, "|") && !peek().is(Kind.SIGN, ")")) {
            operands.add(operand());
        }
        if (operands.isEmpty()) {
            throw new GoError("missing value for command", at);
        }
        return new Command(operands, at);
    }

    private Operand operand() {
        Token token = tokens.get(next++);
        return switch (token.kind()) {
            case DOT -> new Operand.Field(List.of(), token.at());
            case FIELD -> {
                next--;
                yield new Operand.Field(fields(true), token.at());
            }
            case VARIABLE -> new Operand.Variable(token.text(), fields(false), token.at());
            case STRING -> new Operand.Constant(token.text());
            case NUMBER -> new Operand.Constant(number(token));
            case WORD -> switch (token.text()) {
                case "true", "false" -> new Operand.Constant(token.text().equals("true"));
                case "nil" -> new Operand.Constant(null);
                default -> function(token);
            };
            case SIGN -> {
                if (!token.text().equals("(")) {
                    throw new GoError("unexpected \"" + token.text() + "\" in operand", token.at());
                }
                if (++depth > DEEPEST) {
                    throw new GoError("parentheses nest more than " + DEEPEST + " deep", token.at());
                }
                Pipeline inner = pipeline();
                Token close = tokens.get(next++);
                if (!close.is(Kind.SIGN, ")")) {
                    throw new GoError("unclosed parenthesis", token.at());
                }
                depth--;
                yield new Operand.Sub(inner, fields(false), token.at());
            }
            case TEXT, OPEN, CLOSE, END -> throw new GoError("unexpected end of an action", token.at());
        };
    }

    private static Operand function(Token token) {
        if (!Functions.NAMES.contains(token.text())) {
            throw new GoError("function \"" + token.text() + "\" not defined", token.at());
        }
        return new Operand.Function(token.text(), token.at());
    }

    /** Reads fields that follow without a blank; the first may have one before. */
    private List<String> fields(boolean first) {
        List<String> names = new ArrayList<>();
        while (peek().kind() == Kind.FIELD && (!peek().spaced() || first && names.isEmpty())) {
            names.add(tokens.get(next++).text().substring(1));
        }
        return names;
    }

    private static Object number(Token token) {
        String text = token.text().replace("_", "");
        try {
            boolean hex = text.startsWith("0x") || text.startsWith("-0x");
            return text.contains(".") || !hex && text.toLowerCase(Locale.ROOT).contains("e") ? (Object) Double.valueOf(text) : (Object) Long.decode(text);
        } catch (NumberFormatException _) {
            throw new GoError("bad number syntax: \"" + token.text() + "\"", token.at());
        }
    }
}
