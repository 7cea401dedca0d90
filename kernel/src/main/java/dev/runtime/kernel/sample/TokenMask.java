package dev.runtime.kernel.sample;

/** A constraint on the next token, such as a grammar. For one sequence and one thread. */
public interface TokenMask {
    /** Tells whether {@link #apply} is cheap now; otherwise it pays to ask for a few tokens first. */
    boolean known();

    /** Tells whether a token may come next. */
    boolean allows(int token);

    /**
     * Sets the logits of all tokens that must not come next to negative infinity.
     *
     * @return whether any token is left; if not, the reply can only end
     */
    boolean apply(float[] logits);

    /** Moves on by a chosen token. */
    void accept(int token);
}
