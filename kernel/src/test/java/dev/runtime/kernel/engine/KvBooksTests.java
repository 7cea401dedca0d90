package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.model.TensorType;
import dev.runtime.kernel.testing.FakeDevice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KvBooksTests {
    private static final int BLOCK = 4;

    @Test
    void theLongestUnusedBlocksAreEvictedFirst() {
        KvMemory memory = memory(4);
        int[] old = {1, 2, 3, 4};
        int[] recent = {5, 6, 7, 8};
        use(memory, old);
        use(memory, recent);
        BlockTable big = new BlockTable(memory, 12, PrefixCache.ROOT);
        big.reserve(12);
        assertEquals(0, attached(memory, old));
        assertEquals(4, attached(memory, recent));
        big.truncate(0);
        assertEquals(4, memory.pool().available());
    }

    @Test
    void theEndOfAPromptIsEvictedBeforeItsBeginning() {
        KvMemory memory = memory(4);
        int[] history = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        use(memory, history);
        BlockTable other = new BlockTable(memory, 8, PrefixCache.ROOT);
        other.reserve(8);
        assertEquals(8, attached(memory, history));
        other.truncate(0);
    }

    @Test
    void equalTokensAfterAnotherBeginningAreAnotherBlock() {
        KvMemory memory = memory(8);
        use(memory, new int[] {1, 1, 1, 1, 9, 9, 9, 9});
        assertEquals(4, attached(memory, new int[] {1, 1, 1, 1, 8, 8, 8, 8}));
        assertEquals(0, attached(memory, new int[] {9, 9, 9, 9}));
        assertEquals(8, attached(memory, new int[] {1, 1, 1, 1, 9, 9, 9, 9, 1}));
    }

    @Test
    void twoSequencesThatReadTheSameAtOnceEndUpWithOneBlock() {
        KvMemory memory = memory(4);
        int[] history = {1, 2, 3, 4, 5};
        BlockTable one = new BlockTable(memory, 8, PrefixCache.ROOT);
        BlockTable two = new BlockTable(memory, 8, PrefixCache.ROOT);
        one.reserve(5);
        two.reserve(5);
        assertNotEquals(one.blocks()[0], two.blocks()[0]);
        one.seal(history, 5);
        two.seal(history, 5);
        assertEquals(one.blocks()[0], two.blocks()[0]);
        assertEquals(1, memory.pool().available());
        one.truncate(0);
        assertEquals(0, memory.pool().idle(), "the other still uses it");
        two.truncate(0);
        assertEquals(1, memory.pool().idle());
        assertEquals(4, memory.pool().available());
    }

    @Test
    void misuseIsNoticed() {
        KvMemory memory = memory(1);
        int block = memory.pool().take();
        assertThrows(IllegalStateException.class, () -> memory.pool().take());
        memory.pool().release(block);
        assertThrows(IllegalStateException.class, () -> memory.pool().release(block));
    }

    /** Random sequences over few tokens, so that many prefixes are equal; a map from block to content is the oracle. */
    @Test
    void aBlockThatIsFoundAlwaysHoldsTheTokensAskedFor() {
        Random random = new Random(5);
        KvMemory memory = memory(24);
        Map<Integer, List<Integer>> contents = new HashMap<>();
        List<BlockTable> tables = new ArrayList<>();
        List<int[]> histories = new ArrayList<>();
        int found = 0;
        for (int round = 0; round < 20_000; round++) {
            if (tables.size() < 4 && random.nextBoolean()) {
                int[] history = random.ints(1 + random.nextInt(24), 0, 2).toArray();
                BlockTable table = new BlockTable(memory, 24, PrefixCache.ROOT);
                int cached = table.attach(history, history.length - 1);
                assertEquals(0, cached % BLOCK);
                assertTrue(cached < history.length);
                for (int i = 0; i < cached / BLOCK; i++) {
                    assertEquals(boxed(history, (i + 1) * BLOCK), contents.get(table.blocks()[i]));
                    found++;
                }
                table.reserve(history.length);
                for (int i = cached / BLOCK; i < Math.ceilDiv(history.length, BLOCK); i++) {
                    contents.put(table.blocks()[i], boxed(history, Math.min(history.length, (i + 1) * BLOCK)));
                }
                table.seal(history, history.length);
                tables.add(table);
                histories.add(history);
            } else if (!tables.isEmpty()) {
                int which = random.nextInt(tables.size());
                int kept = random.nextBoolean() ? 0 : random.nextInt(histories.get(which).length + 1);
                tables.get(which).truncate(kept);
                if (kept < BLOCK) {
                    tables.remove(which);
                    histories.remove(which);
                }
            }
            if (random.nextInt(500) == 0) {
                memory.pool().evictIdle();
                assertEquals(0, memory.pool().idle());
            }
        }
        tables.forEach(table -> table.truncate(0));
        assertEquals(24, memory.pool().available());
        assertTrue(found > 1_000, "shared blocks: " + found);
        memory.pool().evictIdle();
        assertEquals(0, attached(memory, new int[] {0, 0, 0, 0}));
    }

    private static List<Integer> boxed(int[] history, int end) {
        return Arrays.stream(history, 0, end).boxed().toList();
    }

    private static void use(KvMemory memory, int[] history) {
        BlockTable table = new BlockTable(memory, history.length, PrefixCache.ROOT);
        int cached = table.attach(history, history.length);
        table.reserve(history.length);
        table.seal(history, Math.max(cached, history.length));
        table.truncate(0);
    }

    private static int attached(KvMemory memory, int[] history) {
        BlockTable table = new BlockTable(memory, history.length, PrefixCache.ROOT);
        int cached = table.attach(history, history.length);
        table.truncate(0);
        return cached;
    }

    private static KvMemory memory(int blocks) {
        CacheOptions options = new CacheOptions(blocks, BLOCK, 0, TensorType.F16, TensorType.F16);
        return KvMemory.of(new FakeDevice("fake:0", DeviceInfo.Kind.CPU).cache(new CacheLayout(List.of(), List.of()), options), true, Optional.empty());
    }
}
