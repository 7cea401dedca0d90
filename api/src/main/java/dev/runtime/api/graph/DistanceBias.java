package dev.runtime.api.graph;

import dev.runtime.api.Experimental;

/**
 * Learned biases of attention scores that depend on the distance of key and query. Each distance has a bucket: near ones a bucket each, far
 * ones share buckets that grow with the logarithm. Source: Raffel et al. 2020 (T5).
 *
 * <p>With {@code n} buckets (half of them if {@code symmetric}), {@code e = n / 2} and {@code d >= 0} the positions by which the key is before
 * the query: the bucket is {@code d} below e, else {@code min(n - 1, floor(e + ln(d / e) / ln(farthest / e) (n - e)))}. A key behind the query is
 * in bucket 0, or with {@code symmetric} in the bucket of its distance in the second half.
 *
 * @param table the biases, {@code [heads, buckets]}
 * @param symmetric whether keys behind the query have buckets of their own
 * @param farthest the distance from which on all share the last bucket
 */
@Experimental
public record DistanceBias(Weight table, boolean symmetric, int farthest) {
    /** Checks what would make the formula meaningless. */
    public DistanceBias {
        int near = (symmetric ? table.rows() / 2 : table.rows()) / 2;
        if (near < 1 || farthest <= near) {
            throw new IllegalArgumentException("distances up to " + farthest + " in buckets of " + table.tensor());
        }
    }

    /** Returns the bucket of a key. {@code distance} is the key's position minus the query's. */
    public int bucket(int distance) {
        int buckets = symmetric ? table.rows() / 2 : table.rows();
        int first = symmetric && distance > 0 ? buckets : 0;
        int d = symmetric ? Math.abs(distance) : Math.max(0, -distance);
        int near = buckets / 2;
        if (d < near) {
            return first + d;
        }
        // as common implementations: the logarithm is a float, which decides where the quotient is a whole number
        double share = (float) Math.log((float) d / near) * (buckets - near) / Math.log((double) farthest / near);
        return first + Math.min(buckets - 1, (int) (float) (near + share));
    }
}
