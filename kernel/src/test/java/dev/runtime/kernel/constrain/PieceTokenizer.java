package dev.runtime.kernel.constrain;

import dev.runtime.api.text.Detokenizer;
import dev.runtime.api.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;

/** All bytes, pieces of several bytes as vocabularies have them, a control token and one that ends. */
final class PieceTokenizer implements Tokenizer {
    private static final List<String> WORDS = List.of("{\"", "\":", "\": ", "\", \"", "\"}", "},", "}]", "[{\"", "true", "false", "null",
            "name", "the ", " of", "value", "12", "00", "345", ".5", "e+", "\\n", "\\u00", "ä", "日本", "  ", "\n  ", "\n", "<think>", "</think>", "<tool_call>");

    private final List<byte[]> pieces = new ArrayList<>();

    /** Creates one with more pieces of random letters. */
    PieceTokenizer(int more) {
        for (int b = 0; b < 256; b++) {
            pieces.add(new byte[] {(byte) b});
        }
        WORDS.forEach(word -> pieces.add(word.getBytes(StandardCharsets.UTF_8)));
        Random random = new Random(5);
        for (int i = 0; i < more; i++) {
            byte[] piece = new byte[2 + random.nextInt(9)];
            for (int j = 0; j < piece.length; j++) {
                piece[j] = (byte) (random.nextInt(12) == 0 ? "\" \\{}[],:0".charAt(random.nextInt(10)) : 'a' + random.nextInt(26));
            }
            pieces.add(piece);
        }
        // half a character, and one that spells the same as another
        pieces.add(new byte[] {(byte) 0xE6, (byte) 0x97});
        pieces.add("true".getBytes(StandardCharsets.UTF_8));
        pieces.add("<control>".getBytes(StandardCharsets.UTF_8));
        pieces.add("<end>".getBytes(StandardCharsets.UTF_8));
    }

    int endToken() {
        return pieces.size() - 1;
    }

    int control() {
        return pieces.size() - 2;
    }

    @Override
    public int size() {
        return pieces.size();
    }

    @Override
    public byte[] bytes(int token) {
        return pieces.get(token);
    }

    @Override
    public Kind kind(int token) {
        return token < 256 ? Kind.BYTE : token >= control() ? Kind.CONTROL : Kind.NORMAL;
    }

    @Override
    public boolean endsGeneration(int token) {
        return token == endToken();
    }

    @Override
    public OptionalInt special(String piece) {
        return piece.equals("<control>") ? OptionalInt.of(control()) : OptionalInt.empty();
    }

    @Override
    public int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String piece(int token) {
        return new String(bytes(token), StandardCharsets.UTF_8);
    }

    @Override
    public OptionalInt begin() {
        return OptionalInt.empty();
    }

    @Override
    public OptionalInt end() {
        return OptionalInt.of(endToken());
    }

    @Override
    public boolean addsBegin() {
        return false;
    }

    @Override
    public boolean addsEnd() {
        return false;
    }

    @Override
    public String decode(int[] tokens, boolean special) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Detokenizer detokenizer(boolean special) {
        throw new UnsupportedOperationException();
    }
}
