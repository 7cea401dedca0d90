package dev.runtime.kernel.schedule;

import dev.runtime.api.Cancellation;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelShape;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.kernel.engine.EncodedImage;
import dev.runtime.kernel.engine.TokenRequest;
import java.util.Optional;

/** A loaded model, as scheduling and generation see it. Safe for use by many threads until closed. */
public interface Runner extends AutoCloseable {
    /** Tells whether it can be used: a model ends by itself when a plug-in that it needs is removed. */
    boolean open();

    /** Returns the weight file's metadata. */
    Metadata metadata();

    /** Returns the hyper-parameters. */
    ModelShape shape();

    /** Returns the tokenizer. */
    Tokenizer tokenizer();

    /** Returns the positions of one sequence. */
    int contextLength();

    /** Returns the tokens of the largest step; a text to embed is at most as long. */
    int batch();

    /** Returns the sequences that are worked on at the same time; more of them wait. */
    int parallel();

    /** Returns the bytes in use, mapped weights included. */
    long bytes();

    /** Returns the part of {@link #bytes} on GPUs. */
    long deviceBytes();

    /** Returns where it runs. */
    String deviceId();

    /**
     * Encodes an image for prompts.
     *
     * @param file the bytes of a picture's file
     * @throws dev.runtime.api.RuntimeFailure with {@code request.unsupported} if the model does not see, {@code request.invalid} if the
     *     picture cannot be decoded
     */
    EncodedImage encode(byte[] file, Cancellation cancellation);

    /** Queues a generation; the request's sink hears of everything else, its end included. */
    void submit(TokenRequest request);

    /**
     * Evaluates texts, independent of each other.
     *
     * @param inputs token ids, one array a text
     * @return one vector a text, in order, not normalised
     */
    float[][] embed(int[][] inputs, Cancellation cancellation);

    /**
     * Scores the tokens of a window.
     *
     * @param from the first token to score, at least 1
     * @return the natural logarithm of the probability of each token from there on
     */
    double[] score(int[] window, int from, Cancellation cancellation);

    /**
     * Has the system keep the model in memory, if it can.
     *
     * @return why it does not, and what to do about it; nothing if it does
     */
    Optional<String> lock();

    /** Ends what is still running with a failure and frees all memory. */
    @Override
    void close();
}
