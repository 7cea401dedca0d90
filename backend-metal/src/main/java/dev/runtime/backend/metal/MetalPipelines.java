package dev.runtime.backend.metal;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.backend.metal.ffi.DeviceCalls;
import dev.runtime.backend.metal.ffi.Pool;
import dev.runtime.backend.vulkan.dispatch.KernelUse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The kernels compiled for a device, each at its first use. */
final class MetalPipelines implements AutoCloseable {
    /** Lanes of a workgroup, which is one subgroup. */
    static final int LANES = 32;

    /** The name that the translator gives to each kernel's function. */
    private static final String FUNCTION = "main0";

    private final MemorySegment device;
    private final Map<KernelUse, MemorySegment> pipelines = new HashMap<>();

    MetalPipelines(MemorySegment device) {
        this.device = device;
    }

    /** Returns a compiled kernel. */
    synchronized MemorySegment of(KernelUse use) {
        return pipelines.computeIfAbsent(use, this::compile);
    }

    private MemorySegment compile(KernelUse use) {
        try (Pool _ = Pool.open()) {
            MemorySegment pipeline = DeviceCalls.pipeline(device, source(use), FUNCTION);
            long lanes = DeviceCalls.lanes(pipeline);
            if (lanes != LANES) {
                DeviceCalls.release(pipeline);
                throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, "kernel " + use.file() + " runs with " + lanes + " lanes instead of " + LANES
                        + "; choose another device");
            }
            return pipeline;
        }
    }

    /** Returns the text of a kernel, in front of it what is fixed when it is compiled: constant 0 is the number of lanes. */
    static String source(KernelUse use) {
        StringBuilder text = new StringBuilder();
        define(text, 0, LANES);
        for (int i = 0; i < use.constants().size(); i++) {
            define(text, i + 1, use.constants().get(i));
        }
        try (InputStream in = MetalPipelines.class.getResourceAsStream("kernels/" + use.file() + ".metal")) {
            if (in == null) {
                throw new IllegalStateException("kernel " + use.file() + " is not part of this build");
            }
            return text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8)).toString();
        } catch (IOException e) {
            throw new UncheckedIOException("kernel " + use.file() + " cannot be read; the installation is damaged", e);
        }
    }

    private static void define(StringBuilder text, int number, int value) {
        text.append("#define SPIRV_CROSS_CONSTANT_ID_").append(number).append(' ').append(value).append('\n');
    }

    @Override
    public synchronized void close() {
        pipelines.values().forEach(DeviceCalls::release);
        pipelines.clear();
    }
}
