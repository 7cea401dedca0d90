package dev.runtime.backend.cuda.ops;

import static dev.runtime.backend.cuda.ffi.Launch.bits;

import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.DistanceBias;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cuda.ffi.Launch;
import java.util.stream.LongStream;

/** The kernels of one attention: for elements of every kind, for 16-bit floats, and what puts runs of positions together. */
final class AttentionKernels {
    /** The most runs of a token. */
    private static final int SPLITS = 32;

    /** Positions of a tile; the shortest run. */
    private static final int TILE = 64;

    private static final int THREADS = 128;
    private static final int WARPS = 4;

    private final Frame frame;
    private final AttentionSpec spec;
    private final int headBlocks;
    private final Launch any;
    private final Launch halves;
    private final Launch join;
    private Launch attention;

    /** Addresses: sinks, slopes and biases are 0 if there are none. */
    record Places(long q, long y, long partial, long sinks, long slopes, long biases) {}

    /**
     * Creates the calls.
     *
     * @param special whether tokens may see spans or what an encoder left, or scores have learned biases; other kernels do that
     */
    AttentionKernels(Frame frame, AttentionSpec spec, Places places, boolean special) {
        this.frame = frame;
        this.spec = spec;
        int group = spec.heads() / spec.kvHeads();
        int heads = group == 1 ? 1 : group <= 4 ? 4 : 8;
        headBlocks = spec.kvHeads() * ((group + heads - 1) / heads);
        int shared = 4 * (heads * spec.keySize() + TILE * heads + 3 * heads);
        String file = special ? "attention-special" : "attention";
        String name = special ? "special" : "attention";
        int causal = spec.causal() ? 1 : 0;
        int chunked = spec.chunked() ? 1 : 0;
        long[] sight = special ? new long[] {spec.spans() ? 1 : 0, spec.cross() ? 1 : 0} : new long[0];
        long[] biases = special ? new long[] {places.biases, spec.distance().map(DistanceBias::farthest).orElse(0)} : new long[0];
        long[] arguments = {0, 0, 0, 0, 0, 0, 0, 0, places.q, places.y, places.partial, spec.heads(), spec.kvHeads(), spec.keySize(),
            spec.valueSize(), bits(spec.scale()), causal, spec.window(), chunked, bits(spec.softCap()), places.slopes, places.sinks, 1};
        arguments = joined(arguments, joined(sight, biases));
        any = frame.launch(file, name + "_" + heads, THREADS, shared, arguments);
        boolean wide = spec.keySize() % 8 == 0 && spec.valueSize() % 8 == 0 && spec.valueSize() <= THREADS;
        halves = wide ? frame.launch(file, name + "_f16_" + heads, THREADS, shared + 4 * (TILE + WARPS * heads * THREADS), arguments) : any;
        join = frame.launch(file, name + "_join", THREADS, 0, joined(new long[] {0, places.partial, places.y, spec.heads(), spec.valueSize(),
            causal, spec.window(), chunked, 1, places.sinks, SPLITS}, sight));
    }

    private static long[] joined(long[] first, long[] second) {
        return LongStream.concat(LongStream.of(first), LongStream.of(second)).toArray();
    }

    /** Returns the bytes of the results of the runs of so many tokens. */
    static long partialBytes(AttentionSpec spec, int tokens) {
        return 4L * tokens * spec.heads() * SPLITS * (spec.valueSize() + 2);
    }

    /** Says where keys and values are, {@code Store} of the kernels; {@code blockTokens} is 0 without a cache. */
    void store(long keys, long values, TensorType keyType, TensorType valueType, long keyRow, long valueRow, int blockTokens) {
        attention = blockTokens > 0 && keyType == TensorType.F16 && valueType == TensorType.F16 ? halves : any;
        attention.set(1, keys);
        attention.set(2, values);
        attention.set(3, keyType.id());
        attention.set(4, valueType.id());
        attention.set(5, keyRow);
        attention.set(6, valueRow);
        attention.set(7, blockTokens);
    }

    /** Attends; {@code cut} tells whether positions are cut into runs. */
    void run(int tokens, boolean cut) {
        attention.set(0, frame.step());
        attention.set(22, cut ? SPLITS : 1);
        attention.run(frame.stream(), tokens, headBlocks, cut ? Math.min(SPLITS, (frame.longest() + TILE - 1) / TILE) : 1);
        if (cut) {
            join.set(0, frame.step());
            join.run(frame.stream(), (long) tokens * spec.heads(), 1, 1);
        }
    }
}
