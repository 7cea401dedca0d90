package dev.runtime.backend.cuda.ops;

import dev.runtime.backend.cuda.ffi.Launch;
import dev.runtime.backend.cuda.memory.DeviceMatrix;
import dev.runtime.backend.cuda.memory.WeightForm;

/**
 * The product of a weight, or of chosen matrices of a stack, with a prepared input. Few columns go along the weight's rows at the speed of
 * memory, many go by tiles through the tensor cores.
 */
final class Product {
    /** Columns and rows of a tile. */
    static final int TILE = 128;

    private static final int TILE_THREADS = 256;

    /** Two tiles of weights and two of inputs, rows of 72 16-bit floats. */
    private static final int TILE_BYTES = 4 * TILE * 72 * 2;

    private static final int ROW_THREADS = 128;
    private static final int WARPS = 4;
    private static final int MOST_GRID = 65_535;

    /** Rows from which a warp does two of them. */
    private static final int PAIRED_ROWS = 8192;

    private static final int[] COLUMNS = {1, 2, 4, 8};

    /** Rows of a block where its warps share them, by the same order. */
    private static final int[] SPLIT_ROWS = {4, 4, 2, 1};

    private final Frame frame;
    private final DeviceMatrix weight;
    private final Routed routed;
    private final long[] rowArguments;
    private final Launch[] rows = new Launch[COLUMNS.length];
    private final Launch tiles;
    private final boolean split;

    /**
     * Creates a product.
     *
     * @param bias address of a float a row (of each matrix), or 0
     * @param x address of the input's floats
     * @param residual address of what is added to the result, of the result's shape, or 0
     * @param y address of the result
     * @param stride floats from a column of the result to the next
     */
    Product(Frame frame, DeviceMatrix weight, long bias, Preparation input, long x, long residual, long y, int stride, Routed routed) {
        this.frame = frame;
        this.weight = weight;
        this.routed = routed;
        boolean bytes = weight.form().blocks();
        split = frame.tuning().splitRows() && (weight.form() == WeightForm.Q4_K || weight.form() == WeightForm.Q6_K);
        rowArguments = new long[] {weight.address(), weight.blocks(), weight.first(), weight.stack(), bytes ? input.place() : x,
            bytes ? input.bytePiece() : 0, weight.in(), weight.rows(), 1, bias, residual, y, stride, routed.route(), routed.used(),
            routed.shared() ? 1 : 0, routed.scaled() ? 1 : 0, routed.route() == 0 ? routed.matrices() : 1, 1};
        tiles = weight.form() == WeightForm.F32 ? null : frame.launch("tiles", "tiles_" + weight.form().kernel(), TILE_THREADS, TILE_BYTES,
                weight.address(), weight.blocks(), weight.first(), weight.stack(), input.place(), input.pieceStride(), input.pieces(),
                input.scales(), weight.in(), Preparation.padded(weight.in()), weight.rows(), 0, bias, residual, y, stride,
                routed.tiles(), routed.order(), routed.route(), routed.used(), routed.shared() ? 1 : 0, routed.scaled() ? 1 : 0);
    }

    /** Starts the product of columns with one matrix. */
    void run(int columns, boolean few) {
        if (few) {
            int variant = 0;
            while (COLUMNS[variant] < columns) {
                variant++;
            }
            along(variant, columns, 1);
        } else if (tiles == null) {
            along(0, 1, columns);
        } else {
            tiles.set(11, columns);
            tiles.run(frame.stream(), (columns + TILE - 1) / TILE, (weight.rows() + TILE - 1) / TILE, 1);
        }
    }

    /** Starts the products of pairs with their matrices. */
    void runPairs(int pairs, boolean few) {
        if (few || tiles == null) {
            along(0, 1, pairs);
        } else {
            tiles.set(11, pairs);
            tiles.run(frame.stream(), routed.mostTiles(pairs), (weight.rows() + TILE - 1) / TILE, 1);
        }
    }

    private void along(int variant, int columns, int pairs) {
        int each = each(variant);
        if (rows[variant] == null) {
            rows[variant] = frame.launch(split ? "rows-split" : "rows",
                    (split ? "split_" : "rows_") + weight.form().kernel() + "_" + COLUMNS[variant] + "x" + each, ROW_THREADS, 0, rowArguments);
        }
        int blockRows = split ? each : WARPS * each;
        rows[variant].set(8, columns);
        rows[variant].set(18, pairs);
        rows[variant].run(frame.stream(), (weight.rows() + blockRows - 1) / blockRows, Math.min(pairs, MOST_GRID), 1);
    }

    private int each(int variant) {
        return split ? SPLIT_ROWS[variant] : variant == 0 && weight.rows() >= PAIRED_ROWS ? 2 : 1;
    }
}
