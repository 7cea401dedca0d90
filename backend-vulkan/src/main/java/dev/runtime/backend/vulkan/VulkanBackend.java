package dev.runtime.backend.vulkan;

import dev.runtime.api.backend.Backend;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.backend.vulkan.ffi.InstanceCalls;
import dev.runtime.backend.vulkan.ffi.Struct;
import dev.runtime.backend.vulkan.ffi.VulkanLibrary;
import dev.runtime.backend.vulkan.ffi.VulkanResult;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** GPUs by Vulkan 1.2, of whatever maker; without the system's loader or a driver there are none. */
public final class VulkanBackend implements Backend {
    private static final System.Logger LOG = System.getLogger(VulkanBackend.class.getName());
    private static final int APPLICATION_INFO = 0;
    private static final int INSTANCE_CREATE_INFO = 1;
    private static final int VULKAN_1_2 = 1 << 22 | 2 << 12;
    private static final int MOST_DEVICES = 64;

    /** What drivers of hardware open, on Linux: those of the kernel, of NVIDIA, of Windows below it, of phones and boards. */
    private static final List<String> NODES = List.of("dri", "nvidiactl", "dxg", "kgsl-3d0", "mali0", "nvhost-gpu");

    private List<VulkanDevice> devices = List.of();
    private MemorySegment instance = MemorySegment.NULL;
    private boolean looked;

    /** Creates the backend; devices are looked for at the first call of {@link #devices}. */
    public VulkanBackend() {}

    @Override
    public String name() {
        return "vulkan";
    }

    @Override
    public synchronized List<Device> devices() {
        if (!looked) {
            looked = true;
            devices = number(look(), device -> device.kind() == DeviceInfo.Kind.OTHER ? Tuning.SOFTWARE : Tuning.HARDWARE);
        }
        return List.copyOf(devices);
    }

    /** On Linux hardware has a node; without one there may be a device in software, which takes a tenth of a second and megabytes to find. */
    @Override
    public boolean likely() {
        return !System.getProperty("os.name").equals("Linux") || nodes(Path.of("/dev"));
    }

    /** Returns whether a folder of devices has one of a GPU. */
    static boolean nodes(Path folder) {
        return NODES.stream().anyMatch(node -> Files.exists(folder.resolve(node)));
    }

    /** Returns the bytes that are allocated on all devices now, by this backend's own books. */
    public synchronized long allocatedBytes() {
        return devices.stream().mapToLong(VulkanDevice::allocatedBytes).sum();
    }

    /** Returns the usable devices, best first. */
    List<PhysicalDevice> look() {
        if (!VulkanLibrary.present()) {
            LOG.log(Level.INFO, "no GPUs by Vulkan: {0} is not installed", VulkanLibrary.name());
            return List.of();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment application = new Struct(arena, APPLICATION_INFO).pointer(arena.allocateFrom("runtime")).u32(1)
                    .pointer(arena.allocateFrom("runtime")).u32(1).u32(VULKAN_1_2).segment();
            MemorySegment info = new Struct(arena, INSTANCE_CREATE_INFO).u32(0).pointer(application).u32(0).pointer(MemorySegment.NULL)
                    .u32(0).pointer(MemorySegment.NULL).segment();
            MemorySegment result = arena.allocate(ValueLayout.ADDRESS);
            int answer = InstanceCalls.createInstance(info, MemorySegment.NULL, result);
            if (answer != VulkanResult.SUCCESS) {
                LOG.log(Level.INFO, "no GPUs by Vulkan: there is no driver (VkResult {0})", answer);
                return List.of();
            }
            instance = result.get(ValueLayout.ADDRESS, 0);
            return usable(arena);
        }
    }

    private List<PhysicalDevice> usable(Arena arena) {
        MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
        count.set(ValueLayout.JAVA_INT, 0, MOST_DEVICES);
        MemorySegment handles = arena.allocate(ValueLayout.ADDRESS, MOST_DEVICES);
        int answer = InstanceCalls.enumeratePhysicalDevices(instance, count, handles);
        if (answer != VulkanResult.SUCCESS && answer != VulkanResult.INCOMPLETE) {
            LOG.log(Level.INFO, "no GPUs by Vulkan: the drivers list none (VkResult {0})", answer);
            return List.of();
        }
        List<PhysicalDevice> found = new ArrayList<>();
        for (int i = 0; i < count.get(ValueLayout.JAVA_INT, 0); i++) {
            PhysicalDevice.read(handles.getAtIndex(ValueLayout.ADDRESS, i), found)
                    .ifPresent(reason -> LOG.log(Level.INFO, "a GPU is not used by Vulkan: {0}", reason));
        }
        found.sort(Comparator.comparing(device -> rank(device.kind())));
        return found;
    }

    private static List<VulkanDevice> number(List<PhysicalDevice> found, Function<PhysicalDevice, Tuning> tuning) {
        List<VulkanDevice> made = new ArrayList<>();
        for (PhysicalDevice device : found) {
            made.add(new VulkanDevice(made.size(), device, tuning.apply(device)));
        }
        return made;
    }

    private static int rank(DeviceInfo.Kind kind) {
        return switch (kind) {
            case DISCRETE_GPU -> 0;
            case INTEGRATED_GPU -> 1;
            case OTHER, CPU -> 2;
        };
    }

    @Override
    public synchronized void stop() {
        devices.forEach(VulkanDevice::close);
        devices = List.of();
        if (instance.address() != 0) {
            InstanceCalls.destroyInstance(instance, MemorySegment.NULL);
            instance = MemorySegment.NULL;
        }
    }
}
