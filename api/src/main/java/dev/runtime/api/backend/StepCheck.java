package dev.runtime.api.backend;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.Experimental;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RowOp;
import java.util.HashSet;
import java.util.Set;

/**
 * Checks the inputs of a step, so that kernels may use addresses without bounds: a {@link Program} makes one and asks it before every
 * run and every move. Allocates nothing for a step unless it refuses.
 */
@Experimental
public final class StepCheck {
    private final CompileOptions limits;
    private final CacheLayout layout;
    private int ids = Integer.MAX_VALUE;
    private int positions;
    private int embeddingWidth;
    private int given;
    private int run = 1;
    private boolean crosses;
    private boolean writesForOthers;

    /** Creates the check of a graph's steps. */
    public StepCheck(Graph graph, CompileOptions limits) {
        this.limits = limits;
        layout = graph.cacheLayout();
        positions = limits.contextLength();
        graph.nodes().forEach(node -> {
            switch (node.op()) {
                case Op.Embed embed -> embed(embed);
                case RowOp.Input input -> given = Math.max(given, Math.addExact(input.start(), input.width()));
                case RowOp.SelectRuns runs -> run = Math.max(run, runs.count());
                case Op.Attention attention -> crosses |= attention.spec().cross();
                case Op.KvWrite write -> writesForOthers = true;
                case Op other -> { }
            }
        });
    }

    private void embed(Op.Embed embed) {
        switch (embed.index()) {
            case TOKEN -> {
                ids = Math.min(ids, embed.table().rows());
                embeddingWidth = Math.max(embeddingWidth, embed.table().in());
            }
            case POSITION -> positions = Math.min(positions, embed.table().rows());
            case FIRST -> { }
        }
    }

    /**
     * Checks a step.
     *
     * @param cached what the step's cache was made for
     * @param cache its size
     * @throws RuntimeFailure with {@code device.failed} and what is wrong
     */
    public void check(StepInputs inputs, CacheLayout cached, CacheOptions cache) {
        if (inputs.tokens() > limits.maxTokens() || inputs.outputs() > limits.maxOutputs()
                || inputs.sequences() > limits.maxSequences()) {
            throw wrong(inputs.tokens() + " tokens, " + inputs.outputs() + " outputs, " + inputs.sequences() + " sequences exceed " + limits);
        }
        if (!cached.equals(layout) && !(writesForOthers && cached.kvLayers().containsAll(layout.kvLayers())
                && cached.stateLayers().containsAll(layout.stateLayers()))) {
            throw wrong("the cache has layout " + cached + ", the program " + layout);
        }
        int width = inputs.embeddingWidth();
        if (width != 0 && width < Math.max(embeddingWidth, given) || width == 0 && given > embeddingWidth && inputs.embeddings().byteSize() > 0) {
            throw wrong("rows of " + width + " elements are given, " + Math.max(embeddingWidth, given) + " are read");
        }
        for (int t = 0; t < inputs.tokens(); t++) {
            checkToken(inputs, t, width == 0 ? embeddingWidth : width);
        }
        for (int o = 0; o < inputs.outputs(); o++) {
            if (inputs.outputRow(o) + run > inputs.tokens()) {
                throw wrong("output " + o + " begins at token " + inputs.outputRow(o) + " and takes " + run + " of " + inputs.tokens());
            }
        }
        for (int s = 0; s < inputs.sequences(); s++) {
            checkSequence(inputs, s, cache);
        }
    }

    private void checkToken(StepInputs inputs, int t, int width) {
        int id = inputs.id(t);
        if (id >= ids) {
            throw wrong("token " + t + " has id " + id + " of " + ids);
        }
        if (id < 0 && width > 0 && inputs.embeddings().byteSize() < 4L * width * -(long) id) {
            throw wrong("token " + t + " wants embedding row " + (-1 - id) + " of " + inputs.embeddings().byteSize() + " bytes");
        }
        if (inputs.position(t) < 0 || inputs.position(t) >= positions) {
            throw wrong("token " + t + " has position " + inputs.position(t) + " of " + positions);
        }
    }

    private void checkSequence(StepInputs inputs, int s, CacheOptions cache) {
        int first = inputs.firstToken(s);
        int last = first + inputs.tokenCount(s) - 1;
        if (last < first) {
            throw wrong("sequence " + s + " has no tokens");
        }
        for (int t = first; t <= last; t++) {
            if (inputs.spanFirst(t) < 0 || inputs.spanFirst(t) > inputs.position(t) || inputs.spanLast(t) < inputs.position(t)
                    || inputs.spanLast(t) > inputs.position(last)) {
                throw wrong("token " + t + " at position " + inputs.position(t) + " has a span of " + inputs.spanFirst(t) + " to "
                        + inputs.spanLast(t) + " in a step that ends at " + inputs.position(last));
            }
        }
        for (int t = first + 1; t <= last; t++) {
            if (inputs.position(t) <= inputs.position(t - 1)) {
                throw wrong("positions of sequence " + s + " do not rise at token " + t);
            }
        }
        if (!layout.kvLayers().isEmpty()) {
            int[] table = inputs.blockTable(s);
            int encoded = inputs.encodedPositions(s);
            if (crosses && (encoded < 1 || encoded > limits.contextLength())) {
                throw wrong("sequence " + s + " has " + encoded + " encoded positions of " + limits.contextLength());
            }
            int blocks = Math.max(inputs.position(last), encoded - 1) / cache.blockTokens() + 1;
            if (table.length < blocks) {
                throw wrong("sequence " + s + " has " + table.length + " blocks and needs " + blocks);
            }
            for (int i = 0; i < blocks; i++) {
                if (table[i] < 0 || table[i] >= cache.blocks()) {
                    throw wrong("sequence " + s + " names block " + table[i] + " of " + cache.blocks());
                }
            }
        }
        if (!layout.stateLayers().isEmpty() && (inputs.stateSlot(s) < 0 || inputs.stateSlot(s) >= cache.slots())) {
            throw wrong("sequence " + s + " names state slot " + inputs.stateSlot(s) + " of " + cache.slots());
        }
    }

    /**
     * Checks a move.
     *
     * @param cached what the cache was made for
     * @param cache its size
     * @throws RuntimeFailure with {@code device.failed} and what is wrong
     */
    public void check(CacheMove move, CacheLayout cached, CacheOptions cache) {
        if (!cached.equals(layout)) {
            throw wrong("the cache has layout " + cached + ", the program " + layout);
        }
        if (move.from() < 0 || move.to() < 0 || move.count() < 1) {
            throw wrong("it moves " + move.count() + " positions from " + move.from() + " to " + move.to());
        }
        Set<Integer> read = blocks(move.source(), move.from(), move.count(), cache);
        for (int block : blocks(move.target(), move.to(), move.count(), cache)) {
            if (read.contains(block)) {
                throw wrong("block " + block + " is read and written");
            }
        }
        for (CacheLayout.KvLayer layer : layout.kvLayers()) {
            RopeSpec turn = move.turns().get(layer.index());
            if (turn != null && (turn.start() < 0 || turn.dims() < 0 || turn.dims() > layer.keySize() - turn.start())) {
                throw wrong(turn.dims() + " elements from " + turn.start() + " are to be rotated of keys of " + layer.keySize());
            }
        }
    }

    private static Set<Integer> blocks(int[] chain, int first, int count, CacheOptions cache) {
        long end = Math.ceilDiv((long) first + count, cache.blockTokens());
        if (chain.length < end) {
            throw wrong("positions end at " + ((long) first + count) + ", and there are " + chain.length + " blocks");
        }
        Set<Integer> blocks = new HashSet<>();
        for (int i = first / cache.blockTokens(); i < end; i++) {
            if (chain[i] < 0 || chain[i] >= cache.blocks()) {
                throw wrong("a move names block " + chain[i] + " of " + cache.blocks());
            }
            blocks.add(chain[i]);
        }
        return blocks;
    }

    private static RuntimeFailure wrong(String what) {
        return new RuntimeFailure(ErrorCode.DEVICE_FAILED, "a step cannot run: " + what);
    }
}
