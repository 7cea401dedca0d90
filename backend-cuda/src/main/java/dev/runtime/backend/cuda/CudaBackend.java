package dev.runtime.backend.cuda;

import dev.runtime.api.backend.Backend;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.backend.cuda.ffi.Context;
import dev.runtime.backend.cuda.ffi.Driver;
import dev.runtime.backend.cuda.ffi.DriverError;
import dev.runtime.backend.cuda.ffi.DriverStart;
import dev.runtime.backend.cuda.ops.Tuning;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** NVIDIA GPUs of compute capability 8.0 and later, as devices {@code cuda:0}, {@code cuda:1} and so on. */
public final class CudaBackend implements Backend {
    private static final System.Logger LOG = System.getLogger(CudaBackend.class.getName());

    private static final int MULTIPROCESSORS = 16;
    private static final int INTEGRATED = 18;
    private static final int CAPABILITY_MAJOR = 75;
    private static final int CAPABILITY_MINOR = 76;

    /** The tensor cores' instructions that the kernels use came with this. */
    private static final int LEAST_CAPABILITY = 8;

    private final Tuning tuning;
    private List<Device> devices;

    /** Creates the backend; the driver is looked for at the first call of {@link #devices}. */
    public CudaBackend() {
        this(Tuning.asked());
    }

    CudaBackend(Tuning tuning) {
        this.tuning = tuning;
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public synchronized List<Device> devices() {
        if (devices == null) {
            devices = find();
        }
        return devices;
    }

    private List<Device> find() {
        String absent = DriverStart.absent();
        if (!absent.isEmpty()) {
            LOG.log(Level.INFO, "no CUDA devices: {0}", absent);
            return List.of();
        }
        List<Device> found = new ArrayList<>();
        int ordinal = 0;
        try {
            int count = Driver.deviceCount();
            for (; ordinal < count; ordinal++) {
                open(ordinal).ifPresent(found::add);
            }
        } catch (DriverError e) {
            LOG.log(Level.WARNING, "CUDA devices from number " + ordinal + " on are not used: the driver fails when it is asked about them", e);
        }
        if (found.isEmpty()) {
            LOG.log(Level.INFO, "no CUDA devices: the driver is there, but finds no card that can be used");
        }
        found.sort(Comparator.comparingLong((Device device) -> device.info().totalBytes()).reversed());
        return List.copyOf(found);
    }

    private Optional<Device> open(int ordinal) {
        int device = Driver.device(ordinal);
        int major = Driver.attribute(CAPABILITY_MAJOR, device);
        String capability = major + "." + Driver.attribute(CAPABILITY_MINOR, device);
        if (major < LEAST_CAPABILITY) {
            LOG.log(Level.INFO, "{0} is not used: its compute capability is {1}, the kernels need {2}.0", Driver.deviceName(device), capability,
                    LEAST_CAPABILITY);
            return Optional.empty();
        }
        String id = "cuda:" + ordinal;
        boolean integrated = Driver.attribute(INTEGRATED, device) != 0;
        int version = Driver.driverVersion();
        DeviceInfo info = new DeviceInfo(id, Driver.deviceName(device),
                integrated ? DeviceInfo.Kind.INTEGRATED_GPU : DeviceInfo.Kind.DISCRETE_GPU, false, Driver.totalBytes(device),
                List.of("compute capability " + capability, Driver.attribute(MULTIPROCESSORS, device) + " multiprocessors",
                        "CUDA " + version / 1000 + "." + version % 1000 / 10));
        return Optional.of(new CudaDevice(info, new Context(id, device), tuning));
    }
}
