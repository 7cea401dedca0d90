package dev.runtime.backend.vulkan;

import dev.runtime.backend.vulkan.ffi.Struct;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;

/** The features of Vulkan 1.1 and 1.2 that the kernels need: the structures to ask with and to switch on with, in one chain. */
final class Features {
    /** The place of {@code shaderInt64} among the features of Vulkan 1.0. */
    static final int SHADER_INT_64 = 40;

    private static final int VULKAN_1_1_FEATURES = 49;
    private static final int VULKAN_1_2_FEATURES = 51;
    private static final int COUNT_1_1 = 12;
    private static final int COUNT_1_2 = 47;

    private static final List<Needed> NEEDED = List.of(
            new Needed(false, 0, "16-bit numbers in buffers"),
            new Needed(true, 2, "8-bit numbers in buffers"),
            new Needed(true, 31, "scalar block layout"),
            new Needed(true, 37, "timeline semaphores"),
            new Needed(true, 38, "buffer device addresses"));

    private final MemorySegment first;
    private final MemorySegment second;

    private record Needed(boolean later, int place, String what) {}

    /** Makes the chain, with nothing set. */
    Features(Arena arena, MemorySegment next) {
        second = new Struct(arena, VULKAN_1_2_FEATURES, next).zeros(COUNT_1_2).segment();
        first = new Struct(arena, VULKAN_1_1_FEATURES, second).zeros(COUNT_1_1).segment();
    }

    /** Returns the first structure of the chain. */
    MemorySegment first() {
        return first;
    }

    /** Returns the first needed feature that is not set. */
    Optional<String> missing() {
        return NEEDED.stream().filter(n -> (n.later() ? second : first).get(ValueLayout.JAVA_INT, 16 + 4L * n.place()) == 0)
                .map(Needed::what).findFirst();
    }

    /** Sets what is needed. */
    void want() {
        NEEDED.forEach(n -> (n.later() ? second : first).set(ValueLayout.JAVA_INT, 16 + 4L * n.place(), 1));
    }
}
