package dev.runtime.backend.vulkan;

import dev.runtime.backend.vulkan.dispatch.Arguments;
import dev.runtime.backend.vulkan.dispatch.KernelUse;
import dev.runtime.backend.vulkan.ffi.DeviceCalls;
import dev.runtime.backend.vulkan.ffi.Struct;
import dev.runtime.backend.vulkan.ffi.VulkanResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The kernels compiled for a device, each at its first use. All take their arguments as 128 bytes of push constants. */
final class Pipelines implements AutoCloseable {
    private static final int SHADER_MODULE_CREATE_INFO = 16;
    private static final int PIPELINE_SHADER_STAGE_CREATE_INFO = 18;
    private static final int COMPUTE_PIPELINE_CREATE_INFO = 29;
    private static final int PIPELINE_LAYOUT_CREATE_INFO = 30;
    static final int COMPUTE_STAGE = 0x20;

    private final LogicalDevice device;
    private final Map<KernelUse, Long> pipelines = new HashMap<>();
    private final long layout;

    Pipelines(LogicalDevice device) {
        this.device = device;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment range = new Struct(arena).u32(COMPUTE_STAGE).u32(0).u32(Arguments.LIMIT).segment();
            MemorySegment info = new Struct(arena, PIPELINE_LAYOUT_CREATE_INFO).u32(0).u32(0).pointer(MemorySegment.NULL).u32(1)
                    .pointer(range).segment();
            MemorySegment result = arena.allocate(ValueLayout.JAVA_LONG);
            VulkanResult.check(DeviceCalls.createPipelineLayout(device.handle(), info, MemorySegment.NULL, result), "making a layout");
            layout = result.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    long layout() {
        return layout;
    }

    /** Returns a compiled kernel. */
    synchronized long of(KernelUse use) {
        Long known = pipelines.get(use);
        if (known == null) {
            known = compile(use);
            pipelines.put(use, known);
        }
        return known;
    }

    private long compile(KernelUse use) {
        try (Arena arena = Arena.ofConfined()) {
            byte[] code = code(use.file());
            MemorySegment words = arena.allocate(code.length, 4).copyFrom(MemorySegment.ofArray(code));
            MemorySegment moduleInfo = new Struct(arena, SHADER_MODULE_CREATE_INFO).u32(0).u64(code.length).pointer(words).segment();
            MemorySegment result = arena.allocate(ValueLayout.JAVA_LONG);
            VulkanResult.check(DeviceCalls.createShaderModule(device.handle(), moduleInfo, MemorySegment.NULL, result), use.file());
            long module = result.get(ValueLayout.JAVA_LONG, 0);
            try {
                boolean sized = device.physical().sized();
                MemorySegment size = sized ? SubgroupSize.of(arena, device.physical().lanes()) : MemorySegment.NULL;
                Struct stage = new Struct(arena, PIPELINE_SHADER_STAGE_CREATE_INFO, size).u32(sized ? SubgroupSize.FULL : 0)
                        .u32(COMPUTE_STAGE).u64(module).pointer(arena.allocateFrom("main")).pointer(constants(arena, use.constants()));
                MemorySegment info = new Struct(arena, COMPUTE_PIPELINE_CREATE_INFO).u32(0).nested(stage).u64(layout).u64(0).u32(-1).segment();
                VulkanResult.check(DeviceCalls.createComputePipelines(device.handle(), 0, 1, info, MemorySegment.NULL, result), use.file());
                return result.get(ValueLayout.JAVA_LONG, 0);
            } finally {
                DeviceCalls.destroyShaderModule(device.handle(), module, MemorySegment.NULL);
            }
        }
    }

    /** Constant 0 is the number of lanes, so that a workgroup is one subgroup. */
    private MemorySegment constants(Arena arena, List<Integer> values) {
        int count = values.size() + 1;
        MemorySegment data = arena.allocate(4L * count, 4);
        MemorySegment entries = arena.allocate(16L * count, 8);
        for (int i = 0; i < count; i++) {
            data.set(ValueLayout.JAVA_INT, 4L * i, i == 0 ? device.physical().lanes() : values.get(i - 1));
            entries.set(ValueLayout.JAVA_INT, 16L * i, i);
            entries.set(ValueLayout.JAVA_INT, 16L * i + 4, 4 * i);
            entries.set(ValueLayout.JAVA_LONG, 16L * i + 8, 4);
        }
        return new Struct(arena).u32(count).pointer(entries).u64(4L * count).pointer(data).segment();
    }

    private static byte[] code(String file) {
        try (InputStream in = Pipelines.class.getResourceAsStream("kernels/" + file + ".spv")) {
            if (in == null) {
                throw new IllegalStateException("kernel " + file + " is not part of this build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("kernel " + file + " cannot be read; the installation is damaged", e);
        }
    }

    @Override
    public void close() {
        pipelines.values().forEach(pipeline -> DeviceCalls.destroyPipeline(device.handle(), pipeline, MemorySegment.NULL));
        pipelines.clear();
        DeviceCalls.destroyPipelineLayout(device.handle(), layout, MemorySegment.NULL);
    }
}
