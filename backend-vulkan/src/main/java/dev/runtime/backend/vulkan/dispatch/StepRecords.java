package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.backend.StepInputs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * What is recorded for the sizes of steps, the latest sizes kept: a step like an earlier one records nothing and allocates nothing. For one
 * thread.
 *
 * @param <R> a record of commands
 */
public final class StepRecords<R> {
    private static final int KEPT = 12;

    private final List<Entry<R>> entries = new ArrayList<>(KEPT);
    private final BiFunction<R, StepSize, R> recorder;
    private final Consumer<R> closing;

    private record Entry<R>(StepSize size, R commands) {}

    /**
     * Creates an empty collection.
     *
     * @param recorder records a size; gets a record that is not needed any more, or null
     * @param closing frees a record
     */
    public StepRecords(BiFunction<R, StepSize, R> recorder, Consumer<R> closing) {
        this.recorder = recorder;
        this.closing = closing;
    }

    /** Returns the record for a step. */
    public R of(StepInputs inputs) {
        for (int i = 0; i < entries.size(); i++) {
            Entry<R> entry = entries.get(i);
            StepSize size = entry.size();
            if (size.tokens() == inputs.tokens() && size.outputs() == inputs.outputs() && size.sequences() == inputs.sequences()) {
                if (i > 0) {
                    entries.remove(i);
                    entries.add(0, entry);
                }
                return entry.commands();
            }
        }
        StepSize size = new StepSize(inputs.tokens(), inputs.outputs(), inputs.sequences());
        R recorded = recorder.apply(entries.size() < KEPT ? null : entries.removeLast().commands(), size);
        entries.add(0, new Entry<>(size, recorded));
        return recorded;
    }

    /** Forgets and frees all. */
    public void clear() {
        entries.forEach(entry -> closing.accept(entry.commands()));
        entries.clear();
    }
}
