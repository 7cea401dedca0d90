package dev.runtime.kernel.engine;

import dev.runtime.api.backend.CacheMove;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.RopeSpec;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;

/** Moves the rows of sequences whose context is full, so that they need not be evaluated again. For the loop's thread. */
final class ContextShift {
    /**
     * Blocks that a pool has beyond those of full contexts, so that rows can be moved in any of them: a run of rows as long as a block comes
     * from two blocks and goes to two.
     */
    private static final int SPARE_BLOCKS = 2;

    private static final System.Logger LOG = System.getLogger(ContextShift.class.getName());

    private final String model;
    private final Program program;
    private final KvCache cache;
    private final Map<Integer, RopeSpec> turns;
    private boolean able = true;

    private ContextShift(String model, Program program, KvCache cache, Map<Integer, RopeSpec> turns) {
        this.model = model;
        this.program = program;
        this.cache = cache;
        this.turns = turns;
    }

    /** Creates one for the cache of a program, if rows of its graph can be moved and shall be. */
    static Optional<ContextShift> of(String model, Graph graph, Program program, KvCache cache, EngineOptions options) {
        return options.exactShift() ? Optional.empty() : KeyTurns.of(graph).map(turns -> new ContextShift(model, program, cache, turns));
    }

    /** Returns the blocks that the pool of a graph's cache has besides. */
    static int spareBlocks(Graph graph, EngineOptions options) {
        return options.exactShift() || KeyTurns.of(graph).isEmpty() ? 0 : SPARE_BLOCKS;
    }

    /** Moves rows as {@link CacheMove} says; false if the device does not, and what is in the target's rows is undefined then. */
    boolean move(int[] source, int from, int[] target, int to, int count) {
        if (!able) {
            return false;
        }
        try {
            able = program.move(new CacheMove(source, from, target, to, count, turns), cache);
        } catch (RuntimeException | Error e) {
            able = false;
            LOG.log(Level.WARNING, model + ": moving " + count + " cached positions failed; full contexts evaluate again what they keep", e);
        }
        return able;
    }
}
