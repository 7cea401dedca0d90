package dev.runtime.kernel.testing;

import dev.runtime.api.Cancellation;
import dev.runtime.api.inference.SamplingOptions;
import dev.runtime.kernel.engine.TokenRequest;
import dev.runtime.kernel.engine.TokenSink;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Requests for engine tests. */
public final class Requests {
    /** The most likely token, without penalties. */
    public static final SamplingOptions GREEDY = new SamplingOptions(0, 0, 1, 0, 1, 0, 1, 0, 0, 1, Map.of());

    private Requests() {}

    /** Returns a greedy request. */
    public static TokenRequest greedy(int[] prompt, int maxTokens, TokenSink sink) {
        return greedy(prompt, maxTokens, Cancellation.none(), sink);
    }

    /** Returns a greedy request that can be cancelled. */
    public static TokenRequest greedy(int[] prompt, int maxTokens, Cancellation cancellation, TokenSink sink) {
        return new TokenRequest(prompt, GREEDY, maxTokens, 0, true, -1, -1, false, Optional.empty(), cancellation, sink);
    }

    /** Returns random bytes as tokens. */
    public static int[] prompt(Random random, int length) {
        return random.ints(length, 0, 256).toArray();
    }
}
