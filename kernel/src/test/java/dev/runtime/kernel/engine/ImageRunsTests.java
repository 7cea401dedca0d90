package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.model.ImagePlace;
import dev.runtime.api.model.TensorType;
import dev.runtime.kernel.engine.ImageRuns.Run;
import dev.runtime.kernel.testing.CollectingSink;
import dev.runtime.kernel.testing.FakeDevice;
import dev.runtime.kernel.testing.Requests;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImageRunsTests {
    private static final int WIDTH = 2;
    private final EncodedImage grid = image(1, 2, 3, true, false);
    private final EncodedImage whole = image(2, 2, 2, false, true);

    @Test
    void rowsOfAnImageTakeTheirPlaces() {
        ImageRuns runs = new ImageRuns(List.of(new Run(2, 6, grid, 0), new Run(9, 4, whole, 0)));
        StepInputs inputs = step(runs, 0, 15);
        int[][] axes = {{0, 0, 0}, {1, 1, 1}, {2, 2, 2}, {2, 2, 3}, {2, 2, 4}, {2, 3, 2}, {2, 3, 3}, {2, 3, 4}, {5, 5, 5}};
        for (int t = 0; t < axes.length; t++) {
            assertArrayEquals(axes[t], new int[] {inputs.axis(t, 0), inputs.axis(t, 1), inputs.axis(t, 2)}, "token " + t);
        }
        // an image that is counted like tokens goes on where the grid left off
        assertEquals(6, inputs.axis(9, 0));
        assertEquals(10, inputs.axis(13, 2));
        assertEquals(-1 - 3, inputs.id(3));
        assertEquals(7, inputs.id(8));
        assertEquals(2, inputs.spanFirst(2));
        assertEquals(2, inputs.spanLast(2));
        assertEquals(9, inputs.spanFirst(11));
        assertEquals(12, inputs.spanLast(11));
        assertEquals(13, inputs.position(13));
    }

    @Test
    void rowsComeFromTheImage() {
        ImageRuns runs = new ImageRuns(List.of(new Run(1, 3, grid, 2)));
        MemorySegment rows = MemorySegment.ofArray(new float[WIDTH * 16]);
        StepInputs inputs = inputs();
        for (int position = 2; position < 5; position++) {
            runs.add(inputs, -5, position, false, rows);
        }
        assertEquals(-1, inputs.id(0));
        assertEquals(grid.rows()[3 * WIDTH], rows.getAtIndex(ValueLayout.JAVA_FLOAT, 0));
        assertEquals(grid.rows()[4 * WIDTH + 1], rows.getAtIndex(ValueLayout.JAVA_FLOAT, WIDTH + 1));
        assertEquals(-5, inputs.id(2));
    }

    @Test
    void chunksDoNotEndAmidRowsThatSeeEachOther() {
        ImageRuns runs = new ImageRuns(List.of(new Run(5, 4, whole, 0), new Run(12, 6, grid, 0)));
        assertEquals(5, runs.wholeEnd(0, 7));
        assertEquals(5, runs.wholeEnd(5, 7));
        assertEquals(9, runs.wholeEnd(5, 9));
        assertEquals(15, runs.wholeEnd(9, 15));
        assertEquals(4, runs.whole(5));
        assertEquals(2, runs.whole(7));
        assertEquals(1, runs.whole(4));
        assertEquals(1, runs.whole(13));
    }

    @Test
    void marksTellContentsAndRowsApart() {
        assertTrue(grid.mark(0) < 0);
        assertEquals(grid.mark(3), image(1, 4, 4, false, false).mark(3));
        assertNotEquals(grid.mark(3), grid.mark(4));
        assertNotEquals(grid.mark(3), whole.mark(3));
    }

    @Test
    void twoPromptsWithWholeImagesTakeTurns() {
        StepBuilder builder = new StepBuilder(new CompileOptions(8, 2, 2, 64, 0), MemorySegment.ofArray(new float[8 * WIDTH]));
        KvMemory memory = KvMemory.of(new FakeDevice("fake", DeviceInfo.Kind.CPU).cache(new CacheLayout(List.of(), List.of()),
                new CacheOptions(16, 32, 0, TensorType.F16, TensorType.F16)), true, Optional.empty());
        Sequence[] active = {sequence(memory, 2), sequence(memory, 1)};
        int steps = 0;
        while (active[0].pending() > 1 || active[1].pending() > 1) {
            builder.build(active, 2, 8, inputs());
            for (int i = 0; i < builder.count(); i++) {
                Sequence s = builder.scheduled(i);
                int end = s.computed + s.chunk;
                assertEquals(end, s.images.wholeEnd(s.computed, end), "a chunk ends amid an image");
                s.advance();
            }
            builder.clear();
            assertTrue(++steps < 20, "the prompts make no progress");
        }
        assertFalse(active[0].images.empty());
    }

    private Sequence sequence(KvMemory memory, int before) {
        int[] prompt = new int[before + 6];
        for (int i = before; i < before + 4; i++) {
            prompt[i] = whole.mark(i - before);
        }
        return GeneratedSequence.of(new TokenRequest(prompt, Requests.GREEDY, 1, 0, false, -1, 0, false, Optional.empty(), Cancellation.none(),
                new CollectingSink(), Optional.empty(), new BitSet(), new ImageRuns(List.of(new Run(before, 4, whole, 0)))), new int[0], memory, Optional.empty(),
                64, 100, false);
    }

    private StepInputs step(ImageRuns runs, int from, int to) {
        StepInputs inputs = inputs();
        MemorySegment rows = MemorySegment.ofArray(new float[WIDTH * 16]);
        for (int position = from; position < to; position++) {
            runs.add(inputs, 7, position, false, rows);
        }
        return inputs;
    }

    private static StepInputs inputs() {
        StepInputs inputs = new StepInputs(new CompileOptions(16, 16, 2, 64, 0));
        inputs.beginSequence(new int[] {0, 1}, -1);
        return inputs;
    }

    private static EncodedImage image(long identity, int rows, int columns, boolean grid, boolean whole) {
        float[] values = new float[rows * columns * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = 100 * identity + i;
        }
        return new EncodedImage(identity, WIDTH, values, ImagePlace.between("", rows, columns, "", grid, whole));
    }
}
