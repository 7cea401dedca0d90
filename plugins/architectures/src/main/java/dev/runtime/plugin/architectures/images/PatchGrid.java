package dev.runtime.plugin.architectures.images;

import dev.runtime.api.model.ImageInput;
import dev.runtime.api.model.ImagePlace;

/**
 * The order of an image's patches: windows from the top left, in a window blocks of {@code merge * merge} patches that become one embedding,
 * in a block the patches, all row by row. So the patches of a block, and of a window, stand together.
 */
final class PatchGrid {
    final int columns;
    final int rows;
    private final int merge;
    /** Column and row of each patch, in order. */
    private final int[] x;
    private final int[] y;
    private final int[] spans;
    private final int[] order;

    /**
     * Orders.
     *
     * @param columns patches side by side, a multiple of {@code merge}
     * @param merge side of a block, in patches
     * @param window side of a window, in blocks; 0 for one window of all
     */
    PatchGrid(int columns, int rows, int merge, int window) {
        this.columns = columns;
        this.rows = rows;
        this.merge = merge;
        int count = Math.multiplyExact(columns, rows);
        x = new int[count];
        y = new int[count];
        spans = new int[2 * count];
        order = new int[count / (merge * merge)];
        int side = window == 0 ? Math.max(columns, rows) : window;
        int next = 0;
        for (int top = 0; top < rows / merge; top += side) {
            for (int left = 0; left < columns / merge; left += side) {
                int first = next;
                for (int block = 0; block < side * side; block++) {
                    next = block(top + block / side, left + block % side, next);
                }
                for (int t = first; t < next; t++) {
                    spans[2 * t] = first;
                    spans[2 * t + 1] = next - 1;
                }
            }
        }
    }

    private int block(int row, int column, int first) {
        if (row >= rows / merge || column >= columns / merge) {
            return first;
        }
        order[first / (merge * merge)] = row * (columns / merge) + column;
        for (int i = 0; i < merge * merge; i++) {
            y[first + i] = row * merge + i / merge;
            x[first + i] = column * merge + i % merge;
        }
        return first + merge * merge;
    }

    /**
     * Returns the input of an encoder: the normalised pixels of each patch, colour by colour, row by row, then what {@code learned} gives.
     *
     * @param image {@code [height, width, 3]}, 0 to 255
     * @param learned elements of learned positions after the pixels, filled in by the caller
     */
    ImageInput input(TowerShape shape, float[] image, int learned, ImagePlace place) {
        int patch = shape.patch();
        int pixels = shape.pixels();
        int width = pixels + learned;
        float[] patches = new float[Math.multiplyExact(width, x.length)];
        int[] axes = new int[2 * x.length];
        for (int t = 0; t < x.length; t++) {
            axes[2 * t] = y[t];
            axes[2 * t + 1] = x[t];
            for (int i = 0; i < pixels; i++) {
                int c = i / (patch * patch);
                int row = y[t] * patch + i / patch % patch;
                int column = x[t] * patch + i % patch;
                float value = image[3 * (row * columns * patch + column) + c] / 255;
                patches[t * width + i] = (value - shape.mean()[c]) / shape.deviation()[c];
            }
        }
        return new ImageInput(width, patches, axes, spans, merge * merge, 0, order, place);
    }

    /** Returns the sizes {@code {width, height}} near those of an image, multiples of a factor, with the area within bounds of pixels. */
    static int[] size(int width, int height, int factor, long least, long most) {
        double area = (double) width * height;
        int w = Math.max(factor, (int) Math.round((double) width / factor) * factor);
        int h = Math.max(factor, (int) Math.round((double) height / factor) * factor);
        if ((long) w * h > most) {
            double shrink = Math.sqrt(area / most);
            w = Math.max(factor, (int) Math.floor(width / shrink / factor) * factor);
            h = Math.max(factor, (int) Math.floor(height / shrink / factor) * factor);
        } else if ((long) w * h < least) {
            double grow = Math.sqrt(least / area);
            w = (int) Math.ceil(width * grow / factor) * factor;
            h = (int) Math.ceil(height * grow / factor) * factor;
        }
        // a strip that was at least one factor wide already: its length alone keeps the bound
        int limit = (int) Math.max(1, most / ((long) factor * Math.min(w, h))) * factor;
        return w > h ? new int[] {Math.min(w, limit), h} : new int[] {w, Math.min(h, limit)};
    }
}
