package dev.runtime.backend.metal;

import dev.runtime.api.backend.Backend;
import dev.runtime.api.backend.Device;
import dev.runtime.backend.metal.ffi.DeviceCalls;
import dev.runtime.backend.metal.ffi.MetalLibrary;
import dev.runtime.backend.metal.ffi.Pool;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Apple's GPUs by Metal 3; there are none on other systems. */
public final class MetalBackend implements Backend {
    private static final System.Logger LOG = System.getLogger(MetalBackend.class.getName());

    private List<MetalDevice> devices = List.of();
    private boolean looked;

    /** Creates the backend; devices are looked for at the first call of {@link #devices}. */
    public MetalBackend() {}

    @Override
    public String name() {
        return "metal";
    }

    @Override
    public synchronized List<Device> devices() {
        if (!looked) {
            looked = true;
            Optional<String> absent = MetalLibrary.absent();
            if (absent.isPresent()) {
                LOG.log(Level.INFO, "no GPUs by Metal: {0}", absent.get());
            } else {
                devices = look();
            }
        }
        return List.copyOf(devices);
    }

    private static List<MetalDevice> look() {
        List<MetalDevice> found = new ArrayList<>();
        try (Pool _ = Pool.open()) {
            for (MemorySegment device : DeviceCalls.devices()) {
                if (DeviceCalls.supports(device, DeviceCalls.APPLE_7) && DeviceCalls.supports(device, DeviceCalls.METAL_3)) {
                    found.add(new MetalDevice(found.size(), device));
                } else {
                    LOG.log(Level.INFO, "{0} is not used by Metal: it is no Apple GPU with Metal 3", DeviceCalls.name(device));
                }
            }
        }
        return found;
    }

    @Override
    public synchronized void stop() {
        devices.forEach(MetalDevice::close);
        devices = List.of();
    }
}
