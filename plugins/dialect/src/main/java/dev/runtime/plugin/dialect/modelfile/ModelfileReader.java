package dev.runtime.plugin.dialect.modelfile;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.plugin.dialect.modelfile.Instruction.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Reads a Modelfile line by line. For one text. */
final class ModelfileReader {
    private static final List<String> ROLES = List.of("system", "user", "assistant");

    private final String[] lines;
    private int next;

    ModelfileReader(String text) {
        lines = clean(text).split("\n", -1);
    }

    /** Line ends become one character; other control characters than tabs mean nothing anywhere. */
    private static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.replace("\r\n", "\n").replace('\r', '\n').chars()
                .filter(c -> c == '\n' || c == '\t' || !Character.isISOControl(c))
                .forEach(c -> clean.append((char) c));
        return clean.toString();
    }

    List<Instruction> read() {
        List<Instruction> instructions = new ArrayList<>();
        while (next < lines.length) {
            String line = lines[next].stripLeading();
            if (line.isEmpty() || line.startsWith("#")) {
                next++;
            } else {
                instructions.add(instruction(line));
            }
        }
        if (instructions.stream().noneMatch(instruction -> instruction.kind() == Kind.FROM)) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "no FROM line");
        }
        return instructions;
    }

    private Instruction instruction(String line) {
        int number = next + 1;
        int end = wordEnd(line);
        Kind kind = kind(line.substring(0, end), number);
        String rest = line.substring(end).stripLeading();
        String name = "";
        if (kind.named()) {
            int nameEnd = wordEnd(rest);
            name = name(kind, rest.substring(0, nameEnd), number);
            rest = rest.substring(nameEnd).stripLeading();
        }
        return new Instruction(kind, name, value(rest, number), number);
    }

    private static Kind kind(String word, int number) {
        for (Kind kind : Kind.values()) {
            if (kind.name().equalsIgnoreCase(word)) {
                return kind;
            }
        }
        throw failure(number, "command must be one of " + Arrays.stream(Kind.values())
                .map(kind -> "\"" + kind.name().toLowerCase(Locale.ROOT) + "\"").collect(Collectors.joining(", ")));
    }

    private static String name(Kind kind, String word, int number) {
        if (word.isEmpty()) {
            throw failure(number, "unexpected EOF");
        }
        if (kind == Kind.MESSAGE) {
            if (!ROLES.contains(word)) {
                throw failure(number, "message role must be one of \"system\", \"user\", or \"assistant\"");
            }
        } else if (!word.matches("[A-Za-z0-9_]+")) {
            throw failure(number, "a parameter's name has letters, digits and underscores only, not \"" + word + "\"");
        }
        return word;
    }

    private String value(String first, int number) {
        if (first.isBlank()) {
            throw failure(number, "unexpected EOF");
        }
        StringBuilder collected = new StringBuilder(first);
        next++;
        // the text up to each line's end decides; only the ends are looked at, so long values stay cheap
        while (!Quotes.complete(collected.toString())) {
            if (next == lines.length) {
                throw failure(number, "unexpected EOF");
            }
            collected.append('\n').append(lines[next++]);
            while (next < lines.length && !lines[next - 1].stripTrailing().endsWith("\"")) {
                collected.append('\n').append(lines[next++]);
            }
        }
        return Quotes.inside(collected.toString());
    }

    private static int wordEnd(String text) {
        int end = 0;
        while (end < text.length() && text.charAt(end) != ' ' && text.charAt(end) != '\t') {
            end++;
        }
        return end;
    }

    private static RuntimeFailure failure(int line, String problem) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, "(line " + line + "): " + problem);
    }
}
