package dev.runtime.api.model;

import dev.runtime.api.Stable;
import java.util.List;

/**
 * How an image stands in a text.
 *
 * @param parts texts and embeddings, in order
 * @param rows rows of the grid of embeddings
 * @param columns its columns
 * @param grid whether the model counts positions in the grid: an embedding is at (start, start + row, start + column), and the text goes on
 *     at start + max(rows, columns); otherwise embeddings are counted like tokens
 * @param whole whether the embeddings see each other, also later ones
 */
@Stable
public record ImagePlace(List<Part> parts, int rows, int columns, boolean grid, boolean whole) {
    /** A piece of it. */
    public sealed interface Part {
        /** Text, in which control tokens are recognised. */
        record Text(String text) implements Part {}

        /** Embeddings from {@code first} on. */
        record Rows(int first, int count) implements Part {}
    }

    /** Copies. */
    public ImagePlace {
        parts = List.copyOf(parts);
    }

    /** Returns a place of all embeddings in one run between two texts. */
    public static ImagePlace between(String before, int rows, int columns, String after, boolean grid, boolean whole) {
        return new ImagePlace(List.of(new Part.Text(before), new Part.Rows(0, rows * columns), new Part.Text(after)), rows, columns, grid, whole);
    }
}
