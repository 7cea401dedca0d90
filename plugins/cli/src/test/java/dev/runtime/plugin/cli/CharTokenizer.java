package dev.runtime.plugin.cli;

import dev.runtime.api.text.Detokenizer;
import dev.runtime.api.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** One token a character of Latin 1, and the begin token 256, spelled {@code ^} and found in texts. */
record CharTokenizer(boolean addsBegin) implements Tokenizer {
    static final int BEGIN = 256;

    @Override
    public int size() {
        return BEGIN + 1;
    }

    @Override
    public int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
        IntStream chars = text.chars().map(c -> parseSpecial && c == '^' ? BEGIN : c);
        return (addSpecial && addsBegin ? IntStream.concat(IntStream.of(BEGIN), chars) : chars).toArray();
    }

    @Override
    public byte[] bytes(int token) {
        return token == BEGIN ? new byte[] {'^'} : token == 0xFF ? new byte[] {(byte) 0xC3}
                : Character.toString(token).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Kind kind(int token) {
        return token == BEGIN ? Kind.CONTROL : Kind.NORMAL;
    }

    @Override
    public String piece(int token) {
        return token == BEGIN ? "^" : token == ' ' ? "_" : Character.toString(token);
    }

    @Override
    public OptionalInt special(String piece) {
        return piece.equals("^") ? OptionalInt.of(BEGIN) : OptionalInt.empty();
    }

    @Override
    public boolean endsGeneration(int token) {
        return false;
    }

    @Override
    public OptionalInt begin() {
        return OptionalInt.of(BEGIN);
    }

    @Override
    public OptionalInt end() {
        return OptionalInt.empty();
    }

    @Override
    public boolean addsEnd() {
        return false;
    }

    @Override
    public String decode(int[] tokens, boolean special) {
        StringBuilder text = new StringBuilder();
        for (int token : tokens) {
            text.append(token == BEGIN ? special ? "^" : "" : Character.toString(token));
        }
        return text.toString();
    }

    @Override
    public Detokenizer detokenizer(boolean special) {
        throw new UnsupportedOperationException("commands decode whole texts");
    }
}
