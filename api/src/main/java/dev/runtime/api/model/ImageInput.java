package dev.runtime.api.model;

import dev.runtime.api.Stable;
import dev.runtime.api.backend.StepInputs;

/**
 * An image as an encoder takes it. Arrays are handed over, not copied.
 *
 * @param width elements of a patch
 * @param patches {@code [n, width]}
 * @param axes row and column of each patch in the grid, {@code [n, 2]}
 * @param spans for layers with windows, first and last patch of each one's window, {@code [n, 2]}
 * @param run patches of a row of embeddings: the first one's result is asked for
 * @param skipped patches at the start that give no embedding
 * @param order for each result of the graph, its row of embeddings
 * @param place how the embeddings go into the text
 */
@Stable
public record ImageInput(int width, float[] patches, int[] axes, int[] spans, int run, int skipped, int[] order, ImagePlace place) {
    /** Checks that the sizes fit. */
    public ImageInput {
        int count = patches.length / width;
        if (patches.length != count * width || axes.length != 2 * count || spans.length != 2 * count
                || (count - skipped) != (long) run * order.length) {
            throw new IllegalArgumentException("an image of " + patches.length + " elements in patches of " + width + ", " + axes.length + " axes, "
                    + spans.length + " spans, " + order.length + " results of " + run + " patches");
        }
    }

    /** Returns the number of patches. */
    public int count() {
        return patches.length / width;
    }

    /** Fills an empty step, but for the patches themselves: token t takes row t. */
    public void fill(StepInputs inputs) {
        inputs.beginSequence(new int[0], -1);
        for (int t = 0; t < count(); t++) {
            inputs.addToken(-1 - t, t, t >= skipped && (t - skipped) % run == 0);
            inputs.axes(axes[2 * t], axes[2 * t + 1], 0);
            inputs.span(spans[2 * t], spans[2 * t + 1]);
        }
    }
}
