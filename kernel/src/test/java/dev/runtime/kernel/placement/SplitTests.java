package dev.runtime.kernel.placement;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.backend.Backend;
import dev.runtime.api.backend.CacheMove;
import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.backend.Unsupported;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.TinyModel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** A model over several devices gives what it gives on one, to the bit if the devices compute alike. */
class SplitTests {
    private static final CompileOptions LIMITS = new CompileOptions(32, 8, 4, 64, 0);
    private static final CacheOptions CACHE = new CacheOptions(16, 8, 0, TensorType.F16, TensorType.F16);

    private final Device scalar = ServiceLoader.load(Backend.class).stream().map(ServiceLoader.Provider::get)
            .flatMap(backend -> backend.devices().stream()).filter(device -> device.info().id().equals("cpu-scalar")).findFirst().orElseThrow();
    private final TinyModel model = new TinyModel(TensorType.Q8_0);

    @Test
    void placesAreBetweenHalvesOfLayers() {
        List<Integer> places = new GraphCut(model.graph()).places();
        // behind the table, and behind each half of both layers; the last one of these is also before the choice of outputs
        assertEquals(5, places.size(), places.toString());
        for (GraphPart part : new GraphCut(model.graph()).parts(places).subList(1, places.size() + 1)) {
            assertEquals(TinyModel.WIDTH, part.inputWidth());
        }
    }

    @Test
    void everyCutGivesTheSameResults() {
        float[] whole = logits(Placement.whole(scalar, model.graph()));
        GraphCut cut = new GraphCut(model.graph());
        List<Integer> places = cut.places();
        for (int i = 0; i < places.size(); i++) {
            assertArrayEquals(whole, logits(on(cut.parts(places.subList(i, places.size())))), "cuts from place " + i);
            assertArrayEquals(whole, logits(on(cut.parts(List.of(places.get(i))))), "cut at place " + i);
        }
    }

    @Test
    void layersThatDoNotFitStayOnTheProcessor() {
        long all = scalar.workingBytes(model.graph(), LIMITS);
        Partial small = new Partial(node -> true, 1_100_000);
        Partial large = new Partial(node -> true, Long.MAX_VALUE);
        assertSame(large, split(large).orElseThrow().shares().getFirst().device());
        assertEquals(1, split(large).orElseThrow().shares().size());
        List<Placement.Share> shares = split(small).orElseThrow().shares();
        assertEquals(2, shares.size(), () -> shares + " of " + all);
        assertSame(scalar, shares.getFirst().device());
        assertSame(small, shares.getLast().device());
        assertTrue(shares.getLast().part().results().contains(Graph.LOGITS));
    }

    @Test
    void noMoreLayersThanWereAskedForLeaveTheProcessor() {
        Partial card = new Partial(node -> true, Long.MAX_VALUE);
        Placement one = split(card, 1).orElseThrow();
        assertEquals(List.of(scalar, card), one.shares().stream().map(Placement.Share::device).toList());
        assertEquals(1, one.shares().getLast().part().graph().cacheLayout().kvLayers().size());
        assertArrayEquals(logits(Placement.whole(scalar, model.graph())), logits(one));
        assertEquals(2, split(card, 2).orElseThrow().shares().getLast().part().graph().cacheLayout().kvLayers().size());
    }

    @Test
    void aSingleOperatorThatADeviceLacksGoesToTheProcessor() {
        int vocabulary = TinyModel.VOCABULARY;
        Partial noHead = new Partial(node -> !(node.op() instanceof Op.Linear l && l.weight().out() == vocabulary), Long.MAX_VALUE);
        Placement placement = split(noHead).orElseThrow();
        assertEquals(List.of(noHead, scalar), placement.shares().stream().map(Placement.Share::device).toList());
        assertArrayEquals(logits(Placement.whole(scalar, model.graph())), logits(placement));
        Partial noTable = new Partial(node -> !(node.op() instanceof Op.Embed e && e.table().out() == vocabulary), Long.MAX_VALUE);
        assertEquals(List.of(scalar, noTable), split(noTable).orElseThrow().shares().stream().map(Placement.Share::device).toList());
    }

    private Optional<Placement> split(Device device) {
        return split(device, Integer.MAX_VALUE);
    }

    private Optional<Placement> split(Device device, int layers) {
        return new LayerSplit(model.graph(), LIMITS, layout -> layout.elementsPerToken() * 2, layers).over(List.of(device), scalar);
    }

    private Placement on(List<GraphPart> parts) {
        return new Placement(parts.stream().map(part -> new Placement.Share(scalar, part)).toList());
    }

    /** Two sequences, a copied block, a moved one, and moved rows. */
    private float[] logits(Placement placement) {
        try (KvCache cache = placement.cache(CACHE); Program program = placement.compile(model.weights(), LIMITS)) {
            StepInputs inputs = new StepInputs(LIMITS);
            inputs.beginSequence(new int[] {3, 5}, -1);
            for (int i = 0; i < 11; i++) {
                inputs.addToken(i * 5 % 61, i, false);
            }
            inputs.beginSequence(new int[] {7}, -1);
            inputs.addToken(9, 0, true);
            program.run(inputs, cache);
            cache.copyBlock(3, 9, 8);
            byte[] block = new byte[Math.toIntExact(cache.blockBytes())];
            cache.exportBlock(5, MemorySegment.ofArray(block));
            cache.importBlock(11, MemorySegment.ofArray(block));
            int[] moved = {2, 6};
            assertTrue(program.move(new CacheMove(new int[] {3, 5}, 2, moved, 0, 9, Map.of(0, TinyModel.ROPE, 1, TinyModel.ROPE)), cache));
            inputs.clear();
            inputs.beginSequence(new int[] {7}, -1);
            inputs.addToken(4, 1, true);
            inputs.beginSequence(new int[] {9, 11}, -1);
            inputs.addToken(2, 11, false);
            inputs.addToken(8, 12, true);
            inputs.beginSequence(moved, -1);
            inputs.addToken(8, 9, true);
            program.run(inputs, cache);
            return program.output(Graph.LOGITS).asSlice(0, 4L * 3 * TinyModel.VOCABULARY).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        }
    }

    /** Computes as the reference does, but only some operators and in little memory. */
    private final class Partial implements Device {
        private final Predicate<Node> has;
        private final long free;

        Partial(Predicate<Node> has, long free) {
            this.has = has;
            this.free = free;
        }

        @Override
        public DeviceInfo info() {
            return new DeviceInfo("partial:0", "Partial", DeviceInfo.Kind.DISCRETE_GPU, false, free, List.of());
        }

        @Override
        public long freeBytes() {
            return free;
        }

        @Override
        public List<Unsupported> unsupported(Graph graph) {
            return graph.nodes().stream().filter(has.negate()).map(node -> new Unsupported(node, "not here")).toList();
        }

        @Override
        public Program compile(Graph graph, WeightSource weights, CompileOptions options) {
            return scalar.compile(graph, weights, options);
        }

        @Override
        public KvCache cache(CacheLayout layout, CacheOptions options) {
            return scalar.cache(layout, options);
        }

        @Override
        public long workingBytes(Graph graph, CompileOptions options) {
            return graph.weights().stream().mapToLong(weight -> weight.tensor().bytes()).sum();
        }
    }
}
