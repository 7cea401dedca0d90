package dev.runtime.backend.metal.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.backend.metal.StandIn;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages arrive as the callee reads them: names, numbers, pointers, structures by value. */
class MessagesTests {
    private static final String KERNEL = """
            #include <metal_stdlib>
            using namespace metal;
            struct A
            {
                ulong y;
                uint n;
            };
            kernel void main0(constant A& a [[buffer(0)]], uint3 lane [[thread_position_in_threadgroup]], uint3 group [[threadgroup_position_in_grid]])
            {
                (reinterpret_cast<device uint*>(a.y))[32u * (group.x + 3u * group.y) + lane.x] = a.n + lane.x;
            }
            """;

    @BeforeEach
    void standIn() {
        StandIn.required();
    }

    @Test
    void aSizeIsThreeNumbersOf64Bits() {
        assertEquals(24, Messages.SIZE.byteSize());
        assertEquals(8, Messages.SIZE.byteAlignment());
        assertEquals(8, Messages.SIZE.byteOffset(PathElement.groupElement("height")));
        assertEquals(16, Messages.SIZE.byteOffset(PathElement.groupElement("depth")));
    }

    @Test
    void selectorsAreRegisteredOnceEach() {
        Set<Long> pointers = new HashSet<>();
        for (Selector selector : Selector.values()) {
            assertTrue(pointers.add(selector.pointer().address()), selector.text());
            assertEquals(selector.pointer(), Messages.selector(selector.text()));
            assertEquals(selector.text().chars().filter(c -> c == ':').count() > 0, selector.text().endsWith(":"));
        }
        assertNotEquals(0, Messages.type("NSString").address());
        assertEquals(0, Messages.type("NoSuchClass").address());
    }

    @Test
    void aDeviceTellsWhatItIs() {
        try (Pool _ = Pool.open()) {
            MemorySegment device = DeviceCalls.devices().getFirst();
            assertEquals("Stand-in", DeviceCalls.name(device));
            assertTrue(DeviceCalls.supports(device, DeviceCalls.METAL_3) && !DeviceCalls.supports(device, 3_001));
            assertEquals(8L << 30, DeviceCalls.workingSet(device));
            assertEquals(4L << 30, DeviceCalls.largestBuffer(device));
        }
    }

    @Test
    void aDispatchReachesTheCallee() {
        try (Pool _ = Pool.open(); Arena arena = Arena.ofConfined()) {
            MemorySegment device = DeviceCalls.devices().getFirst();
            long before = DeviceCalls.allocated(device);
            MemorySegment queue = DeviceCalls.queue(device);
            MemorySegment buffer = DeviceCalls.buffer(device, 4 * 32 * 6);
            assertEquals(before + 4 * 32 * 6, DeviceCalls.allocated(device));
            MemorySegment pipeline = DeviceCalls.pipeline(device, KERNEL, "main0");
            assertEquals(32, DeviceCalls.lanes(pipeline));
            MemorySegment commands = CommandCalls.commands(queue);
            MemorySegment encoder = CommandCalls.encoder(commands);
            CommandCalls.use(encoder, arena.allocateFrom(ValueLayout.ADDRESS, buffer), 1);
            CommandCalls.kernel(encoder, pipeline);
            MemorySegment arguments = arena.allocate(16, 8);
            arguments.set(ValueLayout.JAVA_LONG, 0, DeviceCalls.address(buffer));
            arguments.set(ValueLayout.JAVA_INT, 8, 100);
            CommandCalls.arguments(encoder, arguments, 16);
            StandIn.clearLog();
            CommandCalls.dispatch(encoder, CommandCalls.size(arena, 0, 0, 0), 3, 2, 1, CommandCalls.size(arena, 32, 1, 1));
            assertEquals("dispatchThreadgroups:threadsPerThreadgroup:\n3 2 1, 32 1 1\n", StandIn.log());
            CommandCalls.barrier(encoder);
            CommandCalls.end(encoder);
            CommandCalls.run(commands);
            MemorySegment result = DeviceCalls.contents(buffer, 4 * 32 * 6, arena);
            for (int i = 0; i < 32 * 6; i++) {
                assertEquals(100 + i % 32, result.getAtIndex(ValueLayout.JAVA_INT, i));
            }
            DeviceCalls.release(pipeline);
            DeviceCalls.release(buffer);
            DeviceCalls.release(queue);
            assertEquals(before, DeviceCalls.allocated(device));
        }
    }

    @Test
    void whatTheCompilerSaysIsInTheFailure() {
        try (Pool _ = Pool.open()) {
            MemorySegment device = DeviceCalls.devices().getFirst();
            String broken = KERNEL.replace("a.n", "a.missing");
            assertTrue(assertThrows(RuntimeFailure.class, () -> DeviceCalls.pipeline(device, broken, "main0")).getMessage().contains("missing"));
            assertThrows(RuntimeFailure.class, () -> DeviceCalls.pipeline(device, KERNEL, "main1"));
        }
    }
}
