package dev.runtime.plugin.dialect;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.EmbedResult;

/** Refuses embeddings that JSON cannot hold. */
public final class FiniteVectors {
    private FiniteVectors() {}

    /**
     * Returns the same result.
     *
     * @throws RuntimeFailure with the given code if a number is infinite or none at all
     */
    public static EmbedResult check(EmbedResult result, ErrorCode code) {
        for (float[] vector : result.vectors()) {
            for (float each : vector) {
                if (!Float.isFinite(each)) {
                    throw new RuntimeFailure(code, "embedding contains NaN or Inf values");
                }
            }
        }
        return result;
    }
}
