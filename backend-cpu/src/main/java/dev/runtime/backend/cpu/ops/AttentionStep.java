package dev.runtime.backend.cpu.ops;

import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.Op;
import dev.runtime.backend.cpu.kernels.AttentionCall;
import dev.runtime.backend.cpu.threads.Work;
import java.util.Optional;

/** {@link Op.Attention}: writes keys and values, then attends; chunks are runs of tokens of a sequence times key-value heads. */
public final class AttentionStep implements Step {
    private final Frame frame;
    private final AttentionSpec spec;
    private final AttentionCall call;
    private final Buffer q;
    private final Buffer k;
    private final Buffer v;
    private final Buffer y;
    private final Step write;
    private final Work attend = this::attend;
    private final int tile;

    /**
     * Creates a step.
     *
     * @param k the keys, or nothing if an earlier step wrote them
     * @param v the values, or nothing if they are part of the keys or written earlier
     * @param sinks one score a head, or empty
     * @param buckets biases by distance {@code [buckets, heads]}, or empty
     */
    public AttentionStep(Frame frame, AttentionSpec spec, Buffer q, Optional<Buffer> k, Optional<Buffer> v, float[] sinks, float[] buckets,
            Buffer y) {
        this.frame = frame;
        this.spec = spec;
        this.q = q;
        this.k = k.orElse(new Buffer(0, q.rows(), 0));
        this.v = v.orElse(new Buffer(0, q.rows(), 0));
        this.y = y;
        call = new AttentionCall(spec, sinks, buckets);
        tile = frame.kernels().attentionTokens();
        write = new CacheWrite(frame, new CacheLayout.KvLayer(spec.cacheLayer(), spec.kvHeads(), spec.keySize(), spec.valueSize()), this.k, this.v);
    }

    @Override
    public void run() {
        StepInputs inputs = frame.inputs();
        if (spec.cacheLayer() == AttentionSpec.NO_CACHE) {
            call.uncached(inputs, q.address(), k.address(), v.address(), y.address());
        } else {
            if (k.width() > 0) {
                write.run();
            }
            call.cached(inputs, frame.cache().layer(spec.cacheLayer()), q.address(), y.address());
        }
        int tiles = 0;
        for (int s = 0; s < inputs.sequences(); s++) {
            tiles += tilesOf(inputs, s);
        }
        int chunks = tiles * spec.kvHeads();
        if (chunks > 1) {
            frame.parallel(attend, chunks);
        } else {
            frame.serial(attend, chunks);
        }
    }

    private int tilesOf(StepInputs inputs, int sequence) {
        return (inputs.tokenCount(sequence) + tile - 1) / tile;
    }

    /** The longest tiles, those of the last tokens, come first. */
    private void attend(int chunk, int slot) {
        StepInputs inputs = frame.inputs();
        int kvHead = chunk % spec.kvHeads();
        int local = chunk / spec.kvHeads();
        int sequence = 0;
        while (local >= tilesOf(inputs, sequence)) {
            local -= tilesOf(inputs, sequence++);
        }
        int from = inputs.firstToken(sequence) + (tilesOf(inputs, sequence) - 1 - local) * tile;
        int to = Math.min(from + tile, inputs.firstToken(sequence) + inputs.tokenCount(sequence));
        frame.kernels().attention(call, kvHead, from, to, frame.scratch(slot));
    }
}
