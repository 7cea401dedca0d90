package dev.runtime.kernel.engine;

import dev.runtime.api.Cancellation;
import dev.runtime.api.RuntimeFailure;
import java.util.concurrent.CompletableFuture;

/**
 * One text to embed.
 *
 * @param tokens at least one
 * @param cancellation looked at before every step
 * @param result the vector, or the {@link RuntimeFailure}
 */
record EmbedJob(int[] tokens, Cancellation cancellation, CompletableFuture<float[]> result) {
    void complete(float[] vector) {
        result.complete(vector);
    }

    void fail(RuntimeFailure failure) {
        result.completeExceptionally(failure);
    }
}
