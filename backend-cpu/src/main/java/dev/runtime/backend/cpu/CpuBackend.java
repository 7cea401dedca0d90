package dev.runtime.backend.cpu;

import dev.runtime.api.backend.Backend;
import dev.runtime.api.backend.Device;
import dev.runtime.backend.cpu.ffi.CompilerThreads;
import dev.runtime.backend.cpu.ffi.NativeKernels;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.kernels.ScalarKernels;
import java.util.List;

/**
 * The processor: device {@code cpu} with the fastest kernels that run here, and device {@code cpu-scalar}, the reference, to compare
 * with.
 */
public final class CpuBackend implements Backend {
    private List<Device> devices = List.of();

    /** Creates the backend; devices are made at the first call of {@link #devices}. */
    public CpuBackend() {}

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public synchronized List<Device> devices() {
        if (devices.isEmpty()) {
            devices = List.of(fast(), scalar());
        }
        return devices;
    }

    /** Returns the device for work. */
    static Device fast() {
        Kernels kernels = KernelChoice.best();
        if (kernels instanceof NativeKernels) {
            CompilerThreads.standBack();
        }
        return fast(kernels);
    }

    /** Returns a device for work with these kernels. */
    static Device fast(Kernels kernels) {
        return new CpuDevice("cpu", "CPU", kernels, Runtime.getRuntime().availableProcessors(), true);
    }

    /** Returns the reference: plain loops, no memory shared between values. */
    static Device scalar() {
        return new CpuDevice("cpu-scalar", "CPU (scalar reference)", new ScalarKernels(),
                Runtime.getRuntime().availableProcessors(), false);
    }
}
