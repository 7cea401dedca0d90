package dev.runtime.kernel.placement;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Which device runs which part of a graph.
 *
 * @param shares the parts in order; one for a graph that is not cut
 */
public record Placement(List<Share> shares) {
    /** A part on a device. */
    public record Share(Device device, GraphPart part) {}

    /** Copies the list. */
    public Placement {
        shares = List.copyOf(shares);
    }

    /** Returns the placement of a whole graph on one device. */
    public static Placement whole(Device device, Graph graph) {
        return new Placement(List.of(new Share(device, new GraphPart(graph, 0, graph.outputs().keySet()))));
    }

    /** Tells whether the graph is cut. */
    public boolean split() {
        return shares.size() > 1;
    }

    /**
     * Allocates the caches.
     *
     * @return closed by the caller
     * @throws dev.runtime.api.RuntimeFailure as {@link Device#cache}
     */
    public KvCache cache(CacheOptions options) {
        List<KvCache> caches = open(share -> share.device().cache(share.part().graph().cacheLayout(), options));
        return split() ? new SplitCache(caches) : caches.getFirst();
    }

    /**
     * Compiles the parts.
     *
     * @param weights stays open as long as the program
     * @return closed by the caller
     * @throws dev.runtime.api.RuntimeFailure as {@link Device#compile}
     */
    public Program compile(WeightSource weights, CompileOptions limits) {
        WeightSource source = GraphPart.source(weights);
        List<Program> programs = open(share -> share.device().compile(share.part().graph(), split() ? source : weights, limits));
        return split() ? new SplitProgram(shares.stream().map(Share::part).toList(), programs, limits) : programs.getFirst();
    }

    /** Opens something for each share; after a failure nothing stays open. */
    private <T extends AutoCloseable> List<T> open(Function<Share, T> opening) {
        List<T> opened = new ArrayList<>();
        try {
            for (Share share : shares) {
                opened.add(opening.apply(share));
            }
            return opened;
        } catch (RuntimeException | Error e) {
            for (T one : opened) {
                try {
                    one.close();
                } catch (Exception more) {
                    e.addSuppressed(more);
                }
            }
            throw e;
        }
    }

    /** Returns the bytes of the weights that devices read from the mapped file, of so many in all. */
    public long mappedBytes(long all) {
        if (!split()) {
            return shares.getFirst().device().info().unifiedMemory() ? all : 0;
        }
        return shares.stream().filter(share -> share.device().info().unifiedMemory())
                .flatMap(share -> share.part().graph().weights().stream()).map(Weight::tensor).distinct().mapToLong(TensorInfo::bytes).sum();
    }

    /** Returns the bytes of an opened program and cache that are on devices other than the processor. */
    public long deviceBytes(Program program, KvCache cache) {
        long bytes = 0;
        for (int i = 0; i < shares.size(); i++) {
            if (shares.get(i).device().info().kind() != DeviceInfo.Kind.CPU) {
                bytes += program instanceof SplitProgram parts ? parts.bytes(i) : program.bytes();
                bytes += cache instanceof SplitCache parts ? parts.part(i).bytes() : cache.bytes();
            }
        }
        return bytes;
    }

    /** Returns the ids of the devices, each with the share of the nodes that it runs, for logs. */
    public String describe() {
        int nodes = shares.stream().mapToInt(share -> share.part().graph().nodes().size()).sum();
        List<String> parts = new ArrayList<>();
        for (Share share : shares) {
            parts.add(share.device().info().id() + " " + Math.round(100.0 * share.part().graph().nodes().size() / nodes) + " %");
        }
        return String.join(", ", parts);
    }

    /** Returns the devices. */
    public Set<Device> devices() {
        return Set.copyOf(shares.stream().map(Share::device).toList());
    }
}
