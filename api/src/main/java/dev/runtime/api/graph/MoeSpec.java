package dev.runtime.api.graph;

import dev.runtime.api.Stable;

/**
 * Parameters of {@link ExpertOp.MoeRoute}.
 *
 * @param experts number of experts
 * @param used experts that each token uses
 * @param gating how scores become weights
 * @param normalize whether the weights of the chosen experts are divided by {@code max(sum, 6.1e-5)}
 * @param scale multiplies the weights
 * @param groups groups that the experts are split into, 1 for none
 * @param groupsUsed groups whose experts may be chosen: those with the largest sums of their two best scores
 */
@Stable
public record MoeSpec(int experts, int used, Gating gating, boolean normalize, float scale, int groups, int groupsUsed) {
    /** How router scores become weights. */
    public enum Gating {
        /** Softmax over all experts. */
        SOFTMAX,
        /** Sigmoid of each score. */
        SIGMOID,
        /** Choose by score, then softmax over the chosen ones. */
        SOFTMAX_CHOSEN
    }

    /** Checks what would make the operator meaningless. */
    public MoeSpec {
        if (experts < 1 || used < 1 || used > experts || groups < 1 || experts % groups != 0 || groupsUsed < 1 || groupsUsed > groups) {
            throw new IllegalArgumentException(used + " of " + experts + " experts, " + groupsUsed + " of " + groups + " groups");
        }
    }
}
