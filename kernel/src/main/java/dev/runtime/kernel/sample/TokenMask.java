package dev.runtime.kernel.sample;

/** A constraint on the next token, such as a grammar; applied before everything else. For one sequence and one thread. */
public interface TokenMask {
    /** Sets the logits of all tokens that must not come next to negative infinity. At least one token stays. */
    void apply(float[] logits);

    /** Moves on by a chosen token. */
    void accept(int token);
}
