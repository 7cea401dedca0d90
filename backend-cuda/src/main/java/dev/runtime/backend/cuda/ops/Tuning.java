package dev.runtime.backend.cuda.ops;

/**
 * Choices between kernels that compute the same.
 *
 * @param splitRows whether products of few columns with Q4_K and Q6_K take the kernels of {@code rows-split.cu}
 */
public record Tuning(boolean splitRows) {
    /** The system property that asks for {@link #splitRows} by the value {@code split}. */
    private static final String ROWS = "runtime.cuda.rows";

    /** Returns what the system properties ask for; without them, the kernels that ran on a card. */
    public static Tuning asked() {
        return new Tuning(System.getProperty(ROWS, "").equals("split"));
    }
}
