package dev.runtime.plugin.dialect.modelfile;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.plugin.dialect.modelfile.Instruction.Kind;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a model is made of, as a text that people write.
 *
 * <p>{@link #text} and {@link #parse} are inverse: what was printed reads as what it was.
 *
 * @param instructions in the order of the text
 */
public record Modelfile(List<Instruction> instructions) {
    /** Copies the list. */
    public Modelfile {
        instructions = List.copyOf(instructions);
    }

    /**
     * Reads a text.
     *
     * @throws RuntimeFailure with {@code request.invalid}, the line and what is wrong there
     */
    public static Modelfile parse(String text) {
        return new Modelfile(new ModelfileReader(text).read());
    }

    /** Reads a file's bytes: UTF-8, or UTF-16 that says so with its first two bytes. */
    public static Modelfile parse(byte[] bytes) {
        Charset charset = marks(bytes, 0xFF, 0xFE) ? StandardCharsets.UTF_16LE : marks(bytes, 0xFE, 0xFF) ? StandardCharsets.UTF_16BE
                : StandardCharsets.UTF_8;
        String text = new String(bytes, charset);
        return parse(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    private static boolean marks(byte[] bytes, int first, int second) {
        return bytes.length >= 2 && (bytes[0] & 0xFF) == first && (bytes[1] & 0xFF) == second;
    }

    /** Returns all instructions of a kind. */
    public List<Instruction> all(Kind kind) {
        return instructions.stream().filter(instruction -> instruction.kind() == kind).toList();
    }

    /** Returns the value of an instruction of which there should be one; the last counts. */
    public Optional<String> last(Kind kind) {
        List<Instruction> all = all(kind);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast().value());
    }

    /** Returns the text, an instruction a line. */
    public String text() {
        return instructions.stream().map(instruction -> instruction.text() + "\n").collect(Collectors.joining());
    }
}
