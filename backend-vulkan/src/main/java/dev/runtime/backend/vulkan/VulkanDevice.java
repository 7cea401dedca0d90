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
import dev.runtime.api.graph.ExpertOp;
import dev.runtime.api.graph.Graph;
import dev.runtime.backend.vulkan.dispatch.ProgramMemory;
import dev.runtime.backend.vulkan.dispatch.Support;
import java.util.List;
import java.util.function.Function;

/** A GPU. It is opened at its first use, and again if it was lost. */
final class VulkanDevice implements Device {
    /** The most workgroups of the second dimension that every device takes. */
    private static final int MOST_ROWS = 65_535;

    private final PhysicalDevice physical;
    private final DeviceInfo info;
    private final Tuning tuning;
    private LogicalDevice logical;

    /** Creates a device that is not open yet. */
    VulkanDevice(int number, PhysicalDevice physical, Tuning tuning) {
        this.physical = physical;
        this.tuning = tuning;
        String subgroups = "subgroups of " + physical.lanes() + (physical.sized() ? "" : ", not demandable");
        info = new DeviceInfo("vulkan:" + number, physical.name(), physical.kind(), false, physical.localBytes(),
                List.of("Vulkan " + PhysicalDevice.version(physical.api()), subgroups));
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
    public boolean images() {
        return true;
    }

    @Override
    public Program compile(Graph graph, WeightSource weights, CompileOptions options) {
        Support.check(info.id(), graph);
        int share = graph.nodes().stream().mapToInt(n -> n.op() instanceof ExpertOp.MoeFfn moe ? moe.route().width() / 2 : 1).max().orElse(1);
        if ((long) share * options.maxTokens() > MOST_ROWS) {
            throw new RuntimeFailure(ErrorCode.CONFIG_INVALID, info.id() + " cannot run steps of " + options.maxTokens() + " tokens with "
                    + share + " experts each; choose a batch of at most " + MOST_ROWS / share);
        }
        return on(device -> new VulkanProgram(this, device, tuning, graph, weights, options));
    }

    @Override
    public KvCache cache(CacheLayout layout, CacheOptions options) {
        options.check(layout);
        return on(device -> new VulkanKvCache(this, device, layout, options));
    }

    @Override
    public long workingBytes(Graph graph, CompileOptions options) {
        return ProgramMemory.bytes(graph, options);
    }

    /** Makes something on the open device, which counts as a user of it until it is released. */
    private <T> T on(Function<LogicalDevice, T> making) {
        LogicalDevice device = acquire();
        try {
            return making.apply(device);
        } catch (RuntimeException | Error e) {
            release(device);
            throw e;
        }
    }

    /** Returns the open device and counts a user of it. */
    private synchronized LogicalDevice acquire() {
        if (logical == null || logical.lost()) {
            // programs on a lost device keep it until they are closed; it cannot be used for anything else
            LogicalDevice opened = LogicalDevice.open(physical);
            if (logical != null && logical.users == 0) {
                logical.close();
            }
            logical = opened;
        }
        logical.users++;
        return logical;
    }

    /** Counts off a user; a lost device that nobody uses any more is closed by its last user. */
    synchronized void release(LogicalDevice device) {
        device.users--;
        if (device != logical && device.users == 0) {
            device.close();
        }
    }

    /** Closes the device if nobody uses it. */
    synchronized void close() {
        if (logical != null && logical.users == 0) {
            logical.close();
            logical = null;
        }
    }
}
