package dev.runtime.api.model;

import dev.runtime.api.Stable;

/**
 * A decoded image.
 *
 * @param width columns
 * @param height rows
 * @param rgb red, green and blue of each pixel from 0 to 255, rows from the top; handed over, not copied
 */
@Stable
public record Pixels(int width, int height, byte[] rgb) {
    /** Checks that the sizes fit. */
    public Pixels {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(rgb.length + " bytes for " + width + " x " + height + " pixels");
        }
    }

    /** Returns a component of a pixel from 0 to 255; component 0 is red. */
    public int at(int x, int y, int component) {
        return rgb[3 * (y * width + x) + component] & 0xFF;
    }
}
