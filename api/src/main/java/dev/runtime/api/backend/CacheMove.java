package dev.runtime.api.backend;

import dev.runtime.api.Experimental;
import dev.runtime.api.graph.RopeSpec;
import java.util.Map;

/**
 * Cached positions of a sequence that become other ones: in every KV layer, position {@code from + i} of one chain of blocks becomes
 * position {@code to + i} of another, for i below {@code count}.
 *
 * <p>Values stay as they are, and so do keys that no rotation tells their position. Rotations add up, so a key that was rotated by its
 * position is rotated by {@code to - from} besides: by the angles of its {@link RopeSpec}, whose magnitude it has already. Where a
 * specification has axes, all of them move alike.
 *
 * @param source the blocks of the sequence before, block i for the positions from {@code i * blockTokens} on
 * @param from the first position that moves
 * @param target the blocks of the sequence after, likewise; those that are written to are not among those that are read. Other elements of
 *     both arrays mean nothing
 * @param to where the first position goes
 * @param count positions that move
 * @param turns by the number of a layer, how its keys are rotated; keys of other layers are not
 */
@Experimental
public record CacheMove(int[] source, int from, int[] target, int to, int count, Map<Integer, RopeSpec> turns) {
    /** Copies the map. */
    public CacheMove {
        turns = Map.copyOf(turns);
    }
}
