package dev.runtime.plugin.dialect;

import dev.runtime.api.inference.ToolCall;
import java.security.SecureRandom;

/** Makes ids of replies. They are unique in practice, and no secrets. */
public final class Identifiers {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final String HEX = "0123456789abcdef";
    private static final int LETTERS_OF_CALL = 8;
    private static final int DIGITS = 24;

    /** Some ids give access to what they name, so none can be guessed. */
    private static final SecureRandom RANDOM = new SecureRandom();

    private Identifiers() {}

    /** Returns a prefix with 24 hexadecimal digits. */
    public static String next(String prefix) {
        return prefix + random(HEX, DIGITS);
    }

    /** Returns the id of a tool call, a new one if the model gave none. */
    public static String of(ToolCall call) {
        return call.id().isEmpty() ? "call_" + random(LETTERS, LETTERS_OF_CALL) : call.id();
    }

    private static String random(String letters, int length) {
        StringBuilder id = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            id.append(letters.charAt(RANDOM.nextInt(letters.length())));
        }
        return id.toString();
    }
}
