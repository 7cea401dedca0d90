package dev.runtime.kernel.placement;

import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RecurrentOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Splits a graph over devices, from the last layer backwards: the best device takes as many layers as its memory holds, the next one
 * those before them, and the processor what is left. What a device has no operator for goes to the processor, too.
 */
public final class LayerSplit {
    /** More parts cost more in copies than devices bring. */
    private static final int MOST_PARTS = 8;

    private final Graph graph;
    private final GraphCut cut;
    private final List<Integer> bounds = new ArrayList<>();
    private final CompileOptions limits;
    private final ToLongFunction<CacheLayout> cacheBytes;
    private final int mostLayers;

    /**
     * Prepares.
     *
     * @param limits the largest step
     * @param cacheBytes the bytes of a cache of some layers
     * @param mostLayers the most layers on devices other than the processor
     */
    public LayerSplit(Graph graph, CompileOptions limits, ToLongFunction<CacheLayout> cacheBytes, int mostLayers) {
        this.mostLayers = mostLayers;
        this.graph = graph;
        this.limits = limits;
        this.cacheBytes = cacheBytes;
        cut = new GraphCut(graph);
        bounds.add(0);
        bounds.addAll(cut.places());
        bounds.add(graph.nodes().size());
    }

    /**
     * Returns a placement, or nothing if there is none.
     *
     * @param devices the best one first
     * @param processor takes what the others cannot
     */
    public Optional<Placement> over(List<Device> devices, Device processor) {
        List<Device> owners = new ArrayList<>();
        List<Integer> starts = new ArrayList<>();
        int end = bounds.size() - 1;
        int left = mostLayers;
        for (Device device : devices) {
            while (end > 0 && starts.size() < MOST_PARTS) {
                int start = start(device, end, left);
                if (start < end) {
                    left -= layers(start, end);
                    owners.addFirst(device);
                    starts.addFirst(start);
                    end = start;
                }
                // a run that the device lacks an operator for goes to the processor, after which the device goes on
                int lacking = end;
                while (lacking > 0 && !runs(device, lacking - 1, lacking)) {
                    lacking--;
                }
                if (lacking == end || !holds(processor, lacking, end)) {
                    break;
                }
                owners.addFirst(processor);
                starts.addFirst(lacking);
                end = lacking;
            }
        }
        if (end > 0) {
            if (!runs(processor, 0, end) || !holds(processor, 0, end)) {
                return Optional.empty();
            }
            owners.addFirst(processor);
            starts.addFirst(0);
        }
        return starts.size() > MOST_PARTS ? Optional.empty() : Optional.of(place(owners, starts));
    }

    private Placement place(List<Device> owners, List<Integer> starts) {
        List<Device> merged = new ArrayList<>();
        List<Integer> cuts = new ArrayList<>();
        for (int i = 0; i < owners.size(); i++) {
            if (i == 0 || owners.get(i) != merged.getLast()) {
                merged.add(owners.get(i));
                if (i > 0) {
                    cuts.add(bounds.get(starts.get(i)));
                }
            }
        }
        List<GraphPart> parts = cut.parts(cuts);
        List<Placement.Share> shares = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            shares.add(new Placement.Share(merged.get(i), parts.get(i)));
        }
        return new Placement(shares);
    }

    /**
     * The first bound from which a device can run and hold everything up to {@code end}, and what may be there; {@code end} if it can do
     * nothing.
     */
    private int start(Device device, int end, int left) {
        int start = end;
        while (start > 0 && layers(start, end) < left && runs(device, start - 1, start) && holds(device, start - 1, end)) {
            start--;
        }
        return start;
    }

    /** The layers between two bounds, each of which begins with what mixes tokens. */
    private int layers(int from, int to) {
        return Math.toIntExact(graph.nodes().subList(bounds.get(from), bounds.get(to)).stream().map(Node::op)
                .filter(op -> op instanceof Op.Attention || op instanceof RecurrentOp.SsmScan || op instanceof RecurrentOp.DeltaNet).count());
    }

    private boolean runs(Device device, int from, int to) {
        return device.unsupported(part(from, to)).isEmpty();
    }

    private boolean holds(Device device, int from, int to) {
        Graph part = part(from, to);
        return Math.addExact(device.workingBytes(part, limits), cacheBytes.applyAsLong(part.cacheLayout())) <= device.freeBytes();
    }

    private Graph part(int from, int to) {
        if (from == 0 && to == bounds.size() - 1) {
            return graph;
        }
        List<Integer> cuts = new ArrayList<>();
        if (from > 0) {
            cuts.add(bounds.get(from));
        }
        if (to < bounds.size() - 1) {
            cuts.add(bounds.get(to));
        }
        return cut.parts(cuts).get(from > 0 ? 1 : 0).graph();
    }
}
