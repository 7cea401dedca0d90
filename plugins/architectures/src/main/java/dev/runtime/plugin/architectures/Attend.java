package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec;
import java.util.Optional;

/**
 * How a family attends, beyond what its tensors tell.
 *
 * @param rope the rotation of queries and keys, none for layers without positions
 * @param scale factor of the scores
 * @param window sliding window in tokens, 0 for none
 * @param softCap cap of the scores, 0 for none
 * @param alibi largest bias of ALiBi, 0 for none
 * @param normAfterRope whether head norms come after the rotation
 */
record Attend(Optional<RopeSpec> rope, float scale, int window, float softCap, float alibi, boolean normAfterRope) {
    static Attend rotated(RopeSpec rope, float scale) {
        return new Attend(Optional.of(rope), scale, 0, 0, 0, false);
    }

    static Attend unrotated(float scale) {
        return new Attend(Optional.empty(), scale, 0, 0, 0, false);
    }

    Attend withWindow(int tokens) {
        return new Attend(rope, scale, tokens, softCap, alibi, normAfterRope);
    }

    Attend withSoftCap(float cap) {
        return new Attend(rope, scale, window, cap, alibi, normAfterRope);
    }

    Attend withAlibi(float largestBias) {
        return new Attend(rope, scale, window, softCap, largestBias, normAfterRope);
    }

    Attend withNormAfterRope() {
        return new Attend(rope, scale, window, softCap, alibi, true);
    }
}
