package dev.runtime.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.TinyModel;
import dev.runtime.backend.cpu.ffi.LockedMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** What is locked is what the system says is locked, until it is closed; where that is not allowed, the reason says what to do. */
final class LockTests {
    @Test
    void weights_and_cache_are_locked_until_they_are_closed() throws IOException {
        long before = LockedBytes.now();
        TinyModel model = new TinyModel(TensorType.Q8_0);
        Device device = CpuBackend.fast();
        Program program = device.compile(model.graph(), model.weights(), new CompileOptions(8, 8, 1, 64, 0));
        KvCache cache = device.cache(model.graph().cacheLayout(), new CacheOptions(4, 16, 0, TensorType.F16, TensorType.F16));
        boolean locked = told(program.lock().orElse(""));
        long weights = LockedBytes.now();
        boolean both = told(cache.lock().orElse(""));
        if (locked) {
            assertTrue(weights > before);
            assertTrue(program.lock().isEmpty());
        }
        if (locked && both) {
            assertTrue(LockedBytes.now() - weights >= cache.bytes());
        }
        program.close();
        cache.close();
        assertFalse(program.lock().isEmpty());
        assertEquals(before, LockedBytes.now());
    }

    @Test
    void all_is_let_go_where_a_part_cannot_be_locked() throws IOException {
        long before = LockedBytes.now();
        try (Arena arena = Arena.ofConfined(); LockedMemory memory = new LockedMemory()) {
            MemorySegment part = arena.allocate(3 * 4096, 4096);
            if (memory.lock(part.address(), part.byteSize())) {
                assertEquals(3 * 4096, LockedBytes.now() - before);
                memory.unlock(part.address() + 10, 2 * 4096);
                assertEquals(2 * 4096, LockedBytes.now() - before);
            }
            // the first page of a process is never there
            assertFalse(memory.lock(0, 4096));
            assertEquals(before, LockedBytes.now());
        }
    }

    /** Returns whether there is no reason, and checks that one says what to do. */
    private static boolean told(String reason) {
        assertTrue(reason.isEmpty() || reason.contains("ulimit -l"), reason);
        return reason.isEmpty();
    }
}
