package dev.runtime.kernel.generate;

import java.util.random.RandomGenerator;

/** Ids of tool calls where the model writes none. */
final class CallIds {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 8;

    private CallIds() {}

    static String next(RandomGenerator random) {
        StringBuilder id = new StringBuilder("call_");
        for (int i = 0; i < LENGTH; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}
