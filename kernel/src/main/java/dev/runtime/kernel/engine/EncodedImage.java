package dev.runtime.kernel.engine;

import dev.runtime.api.model.ImagePlace;

/**
 * An image as a prompt takes it.
 *
 * @param identity a number made of the file's content: equal for equal files
 * @param width elements of a row
 * @param rows embeddings, {@code [n, width]}
 * @param place how they go into the text
 */
public record EncodedImage(long identity, int width, float[] rows, ImagePlace place) {
    /**
     * Returns what stands for a row among the tokens of a prompt: a negative number that depends on the content and the row, so that the prefix
     * cache finds equal images, and no others.
     */
    public int mark(int row) {
        long z = identity + (row + 1L) * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return (int) (z ^ z >>> 31) | Integer.MIN_VALUE;
    }
}
