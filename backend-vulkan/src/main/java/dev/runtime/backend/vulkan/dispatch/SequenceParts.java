package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.DistanceBias;
import dev.runtime.api.graph.ExpertOp;
import dev.runtime.api.graph.MoeSpec;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RecurrentOp;
import dev.runtime.api.graph.Rows;
import dev.runtime.api.model.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Operators that know sequences and their memory: attention, recurrent layers; and the choice of experts. */
final class SequenceParts {
    private final Frame frame;
    private final WorkLayout layout;
    private final WeightView weights;
    private final List<Part> parts;

    SequenceParts(Frame frame, WorkLayout layout, WeightView weights, List<Part> parts) {
        this.frame = frame;
        this.layout = layout;
        this.weights = weights;
        this.parts = parts;
    }

    void attention(Node node, Op.Attention op) {
        AttentionSpec spec = op.spec();
        boolean cached = spec.cacheLayer() != AttentionSpec.NO_CACHE;
        Region q = layout.region(op.q());
        Region y = layout.region(node.output());
        List<Region> reads = new ArrayList<>(List.of(q));
        // the cache has no region: what writes it writes a mark that all later attentions read
        if (cached) {
            op.k().ifPresent(k -> store(layout.region(k), spec.cacheLayer(), spec.kvHeads(), spec.keySize(), true));
            op.v().ifPresent(v -> store(layout.region(v), spec.cacheLayer(), spec.kvHeads(), spec.valueSize(), false));
            reads.add(mark(spec.cacheLayer()));
        } else {
            op.k().ifPresent(k -> reads.add(layout.region(k)));
            op.v().ifPresent(v -> reads.add(layout.region(v)));
        }
        long sinks = weights.vector(spec.sinks());
        long biases = weights.vector(spec.distance().map(DistanceBias::table));
        long buckets = spec.distance().map(weights::buckets).orElse(0L);
        int farthest = spec.distance().map(DistanceBias::farthest).orElse(0);
        parts.add(new Part(reads, List.of(y), (size, to) -> {
            long keys = cached ? frame.cache().keys(spec.cacheLayer()) : layout.region(op.k().orElseThrow()).address();
            long values = cached ? frame.cache().values(spec.cacheLayer()) : op.v().map(v -> layout.region(v).address()).orElse(0L);
            TensorType keyType = cached ? frame.cache().options().keyType() : TensorType.F32;
            TensorType valueType = values == 0 ? keyType : cached ? frame.cache().options().valueType() : TensorType.F32;
            to.arguments().of(Kernel.ATTENTION, q.address(), keys, values, sinks, y.address(), frame.step(), biases, buckets)
                    .integers(spec.heads(), spec.kvHeads(), cached ? frame.cache().options().blockTokens() : 1, spec.window(), farthest)
                    .floats(spec.scale(), spec.softCap(), spec.alibi());
            to.dispatch(KernelUse.of(Kernel.ATTENTION, keyType.id(), valueType.id(), spec.keySize(), spec.valueSize(), cached ? 1 : 0,
                    spec.causal() ? 1 : 0, spec.chunked() ? 1 : 0, spec.spans() ? 1 : 0, spec.cross() ? 1 : 0,
                    spec.distance().isPresent() ? 1 : 0), spec.heads(), size.rows(q.rows()), 1);
        }));
    }

    void kvWrite(Op.KvWrite op) {
        CacheLayout.KvLayer layer = op.layer();
        store(layout.region(op.k()), layer.index(), layer.heads(), layer.keySize(), true);
        if (layer.valueSize() > 0) {
            store(layout.region(op.v()), layer.index(), layer.heads(), layer.valueSize(), false);
        }
    }

    private void store(Region x, int layer, int heads, int elements, boolean key) {
        parts.add(new Part(List.of(x), List.of(mark(layer)), (size, to) -> {
            TensorType type = key ? frame.cache().options().keyType() : frame.cache().options().valueType();
            to.arguments().of(Kernel.STORE, x.address(), key ? frame.cache().keys(layer) : frame.cache().values(layer), frame.step())
                    .integers(heads, elements, frame.cache().options().blockTokens()).floats();
            to.dispatch(KernelUse.of(Kernel.STORE, type.id()), heads, size.rows(x.rows()), 1);
        }));
    }

    /** Stands for the keys and values of a layer; no address of working memory is that small. */
    private static Region mark(int layer) {
        return new Region(layer, 1, Rows.TOKENS, 0);
    }

    void moeRoute(Node node, ExpertOp.MoeRoute op) {
        MoeSpec spec = op.spec();
        Region logits = layout.region(op.logits());
        Region y = layout.region(node.output());
        long bias = weights.vector(op.bias());
        long factors = weights.vector(op.factors());
        KernelUse use = KernelUse.of(Kernel.ROUTE, spec.experts(), spec.groups(), spec.gating().ordinal());
        parts.add(new Part(List.of(logits), List.of(y), (size, to) -> {
            to.arguments().of(Kernel.ROUTE, logits.address(), bias, factors, y.address())
                    .integers(spec.used(), spec.groupsUsed(), spec.normalize() ? 1 : 0).floats(spec.scale());
            to.dispatch(use, 1, size.rows(y.rows()), 1);
        }));
    }

    void conv1d(Node node, RecurrentOp.Conv1d op) {
        Region x = layout.region(op.x());
        Region y = layout.region(node.output());
        int taps = Math.toIntExact(op.kernel().tensor().dim(0));
        long kernel = weights.vector(op.kernel());
        long bias = weights.vector(op.bias());
        KernelUse use = KernelUse.of(Kernel.CONV1D);
        parts.add(new Part(List.of(x), List.of(y), (size, to) -> {
            to.arguments().of(Kernel.CONV1D, x.address(), kernel, bias, y.address(), frame.cache().state(op.stateLayer()), frame.step())
                    .integers(x.width(), taps).floats();
            to.dispatch(use, frame.groups(x.width(), 1), size.sequences(), 1);
        }));
    }

    void ssmScan(Node node, RecurrentOp.SsmScan op) {
        Region x = layout.region(op.x());
        Region dt = layout.region(op.dt());
        Region b = layout.region(op.b());
        Region c = layout.region(op.c());
        Region y = layout.region(node.output());
        long a = weights.vector(op.a());
        long d = weights.vector(op.d());
        boolean perState = op.a().in() == op.states() && op.states() > 1;
        KernelUse use = KernelUse.of(Kernel.SCAN);
        parts.add(new Part(List.of(x, dt, b, c), List.of(y), (size, to) -> {
            to.arguments().of(Kernel.SCAN, x.address(), dt.address(), b.address(), c.address(), a, d, y.address(),
                    frame.cache().state(op.stateLayer()), frame.step())
                    .integers(op.heads(), op.headSize(), op.states(), op.groups(), perState ? 1 : 0).floats();
            to.dispatch(use, x.width(), size.sequences(), 1);
        }));
    }

    void deltaNet(Node node, RecurrentOp.DeltaNet op) {
        Region q = layout.region(op.q());
        Region k = layout.region(op.k());
        Region v = layout.region(op.v());
        Region g = layout.region(op.g());
        Region beta = layout.region(op.beta());
        Region y = layout.region(node.output());
        KernelUse use = KernelUse.of(Kernel.DELTA);
        parts.add(new Part(List.of(q, k, v, g, beta), List.of(y), (size, to) -> {
            to.arguments().of(Kernel.DELTA, q.address(), k.address(), v.address(), g.address(), beta.address(), y.address(),
                    frame.cache().state(op.stateLayer()), frame.step())
                    .integers(op.keyHeads(), op.valueHeads(), op.keySize(), op.valueSize(), op.tiled() ? 1 : 0).floats();
            to.dispatch(use, v.width(), size.sequences(), 1);
        }));
    }
}
