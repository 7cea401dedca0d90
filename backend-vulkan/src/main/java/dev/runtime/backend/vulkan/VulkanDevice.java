package dev.runtime.backend.vulkan;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.Unsupported;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Op;
import dev.runtime.backend.vulkan.dispatch.StepMemory;
import dev.runtime.backend.vulkan.dispatch.Support;
import dev.runtime.backend.vulkan.dispatch.WorkLayout;
import java.util.List;

/** A GPU. It is opened at its first use, and again if it was lost. */
final class VulkanDevice implements Device {
    /** The most workgroups of the second dimension that every device takes. */
    private static final int MOST_ROWS = 65_535;

    private final PhysicalDevice physical;
    private final DeviceInfo info;
    private final Tuning tuning;
    private LogicalDevice logical;
    private int users;

    /** Creates a device that is not open yet. */
    VulkanDevice(int number, PhysicalDevice physical, Tuning tuning) {
        this.physical = physical;
        this.tuning = tuning;
        info = new DeviceInfo("vulkan:" + number, physical.name(), physical.kind(), false, physical.localBytes(),
                List.of("Vulkan " + PhysicalDevice.version(physical.api()), "subgroups of " + physical.lanes()));
    }

    @Override
    public DeviceInfo info() {
        return info;
    }

    @Override
    public synchronized long freeBytes() {
        long unused = Math.max(0, physical.localBytes() - allocatedBytes());
        return physical.budget() ? Math.min(unused, physical.budgetBytes()) : unused;
    }

    /** Returns the bytes that are allocated now. */
    synchronized long allocatedBytes() {
        return logical == null ? 0 : logical.allocatedBytes();
    }

    /** Returns how many allocations there are now. */
    synchronized long allocations() {
        return logical == null ? 0 : logical.allocations();
    }

    @Override
    public List<Unsupported> unsupported(Graph graph) {
        return Support.missing(graph);
    }

    @Override
    public Program compile(Graph graph, WeightSource weights, CompileOptions options) {
        List<Unsupported> unsupported = unsupported(graph);
        if (!unsupported.isEmpty()) {
            throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, info.id() + " cannot run " + unsupported.size()
                    + " operators of the model, the first because: " + unsupported.getFirst().reason());
        }
        int share = graph.nodes().stream().mapToInt(n -> n.op() instanceof Op.MoeFfn moe ? moe.route().width() / 2 : 1).max().orElse(1);
        if ((long) share * options.maxTokens() > MOST_ROWS) {
            throw new RuntimeFailure(ErrorCode.CONFIG_INVALID, info.id() + " cannot run steps of " + options.maxTokens() + " tokens with "
                    + share + " experts each; choose a batch of at most " + MOST_ROWS / share);
        }
        return new VulkanProgram(this, acquire(), tuning, graph, weights, options);
    }

    @Override
    public KvCache cache(CacheLayout layout, CacheOptions options) {
        options.check(layout);
        return new VulkanKvCache(this, acquire(), layout, options);
    }

    @Override
    public long workingBytes(Graph graph, CompileOptions options) {
        WorkLayout layout = new WorkLayout(graph, options);
        return Math.addExact(Math.addExact(layout.workBytes(), layout.resultBytes()),
                Math.addExact(new StepMemory(graph, options).bytes(), WeightStore.bytes(graph)));
    }

    /** Returns the open device and counts a user of it. */
    private synchronized LogicalDevice acquire() {
        if (logical == null || logical.lost()) {
            // programs on a lost device keep it until they are closed; it cannot be used for anything else
            logical = LogicalDevice.open(physical);
            users = 0;
        }
        users++;
        return logical;
    }

    /** Counts off a user; a lost device that nobody uses any more is closed by its last user. */
    synchronized void release(LogicalDevice device) {
        if (device == logical) {
            users--;
        }
    }

    /** Closes the device if nobody uses it. */
    synchronized void close() {
        if (logical != null && users == 0) {
            logical.close();
            logical = null;
        }
    }
}
