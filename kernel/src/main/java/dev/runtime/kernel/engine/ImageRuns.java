package dev.runtime.kernel.engine;

import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.model.ImagePlace;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Where the rows of images are among the tokens of a prompt. */
public final class ImageRuns {
    /** No images. */
    public static final ImageRuns NONE = new ImageRuns(List.of());

    private final Run[] runs;
    private final boolean grid;

    /**
     * Rows of an image one after the other.
     *
     * @param at position of the first one
     * @param count how many
     * @param image the image
     * @param firstRow its row that comes first
     */
    public record Run(int at, int count, EncodedImage image, int firstRow) {
        int end() {
            return at + count;
        }
    }

    /** Creates it from runs in the order of their positions. */
    public ImageRuns(List<Run> runs) {
        this.runs = runs.toArray(Run[]::new);
        grid = runs.stream().anyMatch(run -> run.image.place().grid());
    }

    /** Tells whether there are none. */
    public boolean empty() {
        return runs.length == 0;
    }

    /** Tells whether a position is one of an image. */
    boolean covers(int position) {
        return find(position) >= 0;
    }

    /**
     * Returns where a chunk of a prompt may end: not amid rows that see each other.
     *
     * @param from the first position to evaluate
     * @param end the end that is wanted
     * @return the wanted end, or an earlier one; {@code from} if not even the first whole fits
     */
    int wholeEnd(int from, int end) {
        int run = find(end);
        return run < 0 || !runs[run].image.place().whole() || runs[run].at == end ? end : Math.max(from, runs[run].at);
    }

    /** Returns how many positions from one on must be evaluated together. */
    int whole(int from) {
        int run = find(from);
        return run < 0 || !runs[run].image.place().whole() ? 1 : runs[run].end() - from;
    }

    /**
     * Adds a token to a step.
     *
     * @param rows staging for rows of images, {@code [tokens, width]}: token t of the step takes row t
     */
    void add(StepInputs inputs, int id, int position, boolean wanted, MemorySegment rows) {
        int run = find(position);
        if (run < 0) {
            inputs.addToken(id, position, wanted);
        } else {
            Run r = runs[run];
            int row = r.firstRow + position - r.at;
            int width = r.image.width();
            MemorySegment.copy(r.image.rows(), row * width, rows, ValueLayout.JAVA_FLOAT, 4L * inputs.tokens() * width, width);
            inputs.addToken(-1 - inputs.tokens(), position, wanted);
            if (r.image.place().whole()) {
                inputs.span(r.at, r.end() - 1);
            }
        }
        if (grid) {
            place(inputs, position, run);
        }
    }

    /** An image takes as many positions as its longer side, whatever its rows. */
    private void place(StepInputs inputs, int position, int inside) {
        int saved = 0;
        for (int i = 0; i < runs.length && runs[i].end() <= position; i++) {
            ImagePlace place = runs[i].image.place();
            saved += place.grid() ? runs[i].count - Math.max(place.rows(), place.columns()) : 0;
        }
        if (inside < 0 || !runs[inside].image.place().grid()) {
            inputs.axes(position - saved, position - saved, position - saved);
        } else {
            int start = runs[inside].at - saved;
            int row = runs[inside].firstRow + position - runs[inside].at;
            int columns = runs[inside].image.place().columns();
            inputs.axes(start, start + row / columns, start + row % columns);
        }
    }

    private int find(int position) {
        for (int i = 0; i < runs.length; i++) {
            if (position < runs[i].end()) {
                return position >= runs[i].at ? i : -1;
            }
        }
        return -1;
    }
}
