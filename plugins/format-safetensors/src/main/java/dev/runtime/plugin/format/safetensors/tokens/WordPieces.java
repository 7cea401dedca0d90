package dev.runtime.plugin.format.safetensors.tokens;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Vocabularies of word pieces: one a line in {@code vocab.txt}, or the same in {@code tokenizer.json}. */
final class WordPieces {
    private static final String CONTINUES = "##";
    private static final String BEGINS = "▁";

    private WordPieces() {}

    static Vocabulary read(Path file) throws IOException {
        Vocabulary vocabulary = new Vocabulary();
        List<String> lines = Files.readAllLines(file);
        for (int n = 0; n < lines.size(); n++) {
            set(vocabulary, n, lines.get(n).strip());
        }
        return vocabulary;
    }

    static void set(Vocabulary vocabulary, long number, String text) {
        if (text.startsWith("[") && text.endsWith("]") && text.length() > 2) {
            vocabulary.set(number, text, text.equals("[UNK]") ? Vocabulary.UNKNOWN : Vocabulary.CONTROL, 0);
        } else {
            boolean continues = text.startsWith(CONTINUES) && text.length() > CONTINUES.length();
            vocabulary.set(number, continues ? text.substring(CONTINUES.length()) : BEGINS + text, Vocabulary.NORMAL, 0);
        }
    }
}
