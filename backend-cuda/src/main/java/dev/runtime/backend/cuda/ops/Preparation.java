package dev.runtime.backend.cuda.ops;

import dev.runtime.backend.cuda.ffi.Launch;
import dev.runtime.backend.cuda.memory.WeightForm;

/**
 * The input of products in their form. With few columns: two signed bytes an element, a scale each 32 and a sum each 16; with many: 16-bit floats
 * {@code [pieces, columns, padded]} and a float a column. Both lie in the program's one place for prepared inputs.
 */
public final class Preparation {
    /** Columns up to which products go along rows instead of tiles. */
    public static final int FEW = 8;

    /** Elements that a tile is deep. */
    private static final int DEPTH = 64;

    private static final int BLOCK = 32;

    private final Frame frame;
    private final InputForm form;
    private final int width;
    private final int mostColumns;
    private final int mostFew;
    private final long place;
    private final Launch bytes;
    private final Launch halves;

    /**
     * Creates the preparation of an input.
     *
     * @param x address of its floats
     * @param mostColumns rows of the input in the largest step
     * @param mostFew rows of the input in the largest step whose products go along rows
     * @param place of prepared inputs, large enough
     */
    Preparation(Frame frame, WeightForm weights, long x, int width, int mostColumns, int mostFew, long place) {
        this.frame = frame;
        this.width = width;
        this.mostColumns = mostColumns;
        this.mostFew = mostFew;
        this.place = place;
        form = InputForm.of(weights);
        bytes = form == InputForm.HALVES ? frame.launch("prepare", "prepare_bytes", Frame.THREADS, 0, x, 0, place, bytePiece()) : null;
        halves = form == InputForm.FLOATS ? null : frame.launch("prepare", form.kernel(), Frame.THREADS, 0, x, width, padded(width),
                form.pieces(), pieceStride(), place, scales());
    }

    /** Returns the bytes that an input may take when prepared. */
    public static long bytes(WeightForm weights, int width, int columns, int few) {
        InputForm form = InputForm.of(weights);
        long halves = Math.addExact(Math.multiplyExact(2L * form.pieces() * padded(width), columns), 4L * columns);
        long bytes = form == InputForm.HALVES ? few * (2L * width + 3L * 4 * width / BLOCK) : 0;
        return Math.max(halves, bytes);
    }

    static int padded(int width) {
        return (width + DEPTH - 1) / DEPTH * DEPTH;
    }

    /** Returns the bytes of one half of a byte input, of the largest step. */
    long bytePiece() {
        return (long) mostFew * width;
    }

    long pieceStride() {
        return (long) padded(width) * mostColumns;
    }

    int pieces() {
        return form.pieces();
    }

    /** Returns where the prepared input is. */
    long place() {
        return place;
    }

    /** Returns where the scales of an input of 16-bit floats are. */
    long scales() {
        return place + form.pieces() * pieceStride() * 2;
    }

    /** Whether another weight reads the input in the same form. */
    boolean serves(WeightForm weights) {
        return InputForm.of(weights) == form;
    }

    /** Starts the preparation; {@code few} tells whether products will go along rows. */
    void run(int columns, boolean few) {
        if (few && bytes != null) {
            long elements = (long) columns * width;
            bytes.set(1, elements);
            bytes.run(frame.stream(), Frame.blocks(elements), 1, 1);
        } else if (!few && halves != null) {
            halves.run(frame.stream(), columns, 1, 1);
        }
    }
}
