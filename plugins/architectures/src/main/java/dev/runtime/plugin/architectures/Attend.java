package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.DistanceBias;
import dev.runtime.api.graph.RopeSpec;
import java.util.Optional;

/**
 * How a family attends, beyond what its tensors tell.
 *
 * @param rope the rotation of queries and keys, none for layers without positions
 * @param scale factor of the scores
 * @param window window in tokens, 0 for none
 * @param chunked whether the window is a fixed chunk of positions instead of a sliding one
 * @param softCap cap of the scores, 0 for none
 * @param alibi largest bias of ALiBi, 0 for none
 * @param normAfterRope whether head norms come after the rotation
 * @param temperature how queries grow with the position, if they do
 * @param distance learned biases by distance, if there are some
 */
record Attend(Optional<RopeSpec> rope, float scale, int window, boolean chunked, float softCap, float alibi, boolean normAfterRope,
        Optional<Temperature> temperature, Optional<DistanceBias> distance) {
    /**
     * Queries are multiplied by {@code 1 + beta ln(1 + floor((position + offset) / length))}.
     *
     * @param beta how much
     * @param length positions from one value to the next
     * @param offset added to the position
     */
    record Temperature(float beta, float length, float offset) {}

    static Attend rotated(RopeSpec rope, float scale) {
        return new Attend(Optional.of(rope), scale, 0, false, 0, 0, false, Optional.empty(), Optional.empty());
    }

    static Attend unrotated(float scale) {
        return new Attend(Optional.empty(), scale, 0, false, 0, 0, false, Optional.empty(), Optional.empty());
    }

    Attend withWindow(int tokens) {
        return new Attend(rope, scale, tokens, false, softCap, alibi, normAfterRope, temperature, distance);
    }

    Attend withChunks(int tokens) {
        return new Attend(rope, scale, tokens, true, softCap, alibi, normAfterRope, temperature, distance);
    }

    Attend withSoftCap(float cap) {
        return new Attend(rope, scale, window, chunked, cap, alibi, normAfterRope, temperature, distance);
    }

    Attend withAlibi(float largestBias) {
        return new Attend(rope, scale, window, chunked, softCap, largestBias, normAfterRope, temperature, distance);
    }

    Attend withNormAfterRope() {
        return new Attend(rope, scale, window, chunked, softCap, alibi, true, temperature, distance);
    }

    Attend withTemperature(float beta, float length, float offset) {
        return new Attend(rope, scale, window, chunked, softCap, alibi, normAfterRope, Optional.of(new Temperature(beta, length, offset)),
                distance);
    }

    Attend withDistance(DistanceBias bias) {
        return new Attend(rope, scale, window, chunked, softCap, alibi, normAfterRope, temperature, Optional.of(bias));
    }
}
