package dev.runtime.plugin.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** What a token adds to a text, which may be part of a character only. */
final class TokenText {
    private TokenText() {}

    /** Returns the text; bytes that are no whole characters become U+FFFD. */
    static String plain(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Returns the text in quotes on one line: invisible characters, and bytes that are no whole characters, are escaped. */
    static String quoted(byte[] bytes) {
        StringBuilder quoted = new StringBuilder("'");
        Optional<String> text = strict(bytes);
        if (text.isPresent()) {
            text.get().codePoints().forEach(c -> escape(c, quoted));
        } else {
            for (byte b : bytes) {
                quoted.append("\\x").append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return quoted.append('\'').toString();
    }

    private static Optional<String> strict(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static void escape(int c, StringBuilder to) {
        switch (c) {
            case '\n' -> to.append("\\n");
            case '\r' -> to.append("\\r");
            case '\t' -> to.append("\\t");
            case '\\' -> to.append("\\\\");
            case '\'' -> to.append("\\'");
            default -> {
                int type = Character.getType(c);
                boolean invisible = type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR
                        || type == Character.PARAGRAPH_SEPARATOR || type == Character.UNASSIGNED || type == Character.PRIVATE_USE;
                if (invisible) {
                    to.append("\\u{").append(Integer.toHexString(c)).append('}');
                } else {
                    to.appendCodePoint(c);
                }
            }
        }
    }
}
