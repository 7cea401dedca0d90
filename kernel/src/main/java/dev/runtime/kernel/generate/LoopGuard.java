package dev.runtime.kernel.generate;

/** Notices a model that says the same thing for ever. For one thread. */
final class LoopGuard {
    /** So many repetitions of one piece of text do not occur in sensible output. */
    static final int MOST = 30;

    private String last = "";
    private int repeats;

    /** Takes the text of a token that is not empty; tells whether it came too often in a row. */
    boolean stuck(String piece) {
        String trimmed = piece.strip();
        repeats = trimmed.equals(last) ? repeats + 1 : 0;
        last = trimmed;
        return repeats > MOST;
    }
}
