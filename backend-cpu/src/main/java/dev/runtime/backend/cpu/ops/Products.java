package dev.runtime.backend.cpu.ops;

import dev.runtime.backend.cpu.kernels.InputForm;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.threads.Work;
import java.util.List;

/** Matrix products with the same input, in one region of the threads: the input is prepared once, chunks are runs of rows. */
final class Products {
    /** Elements of an input below which other threads do not pay for its preparation. */
    private static final int SMALL_INPUT = 65_536;

    /** Bytes of weights below which other threads do not pay. */
    private static final int SMALL_WEIGHTS = 16_384;

    private final Frame frame;
    private final InputForm form;
    private final Product[] products;
    private final int width;
    private final long weightBytes;
    private final Work prepare = this::prepare;
    private final Work multiply = this::multiply;
    private long x;
    private int columns;
    private int chunkRows;

    /**
     * One product.
     *
     * @param weight the matrix
     * @param bias address of one float a row, or 0
     * @param y address of the results
     * @param stride elements from a column of the results to the next
     */
    record Product(Matrix weight, long bias, long y, int stride) {}

    Products(Frame frame, List<Product> products) {
        this.frame = frame;
        this.products = products.toArray(Product[]::new);
        width = products.getFirst().weight().in();
        form = frame.kernels().inputForm(products.getFirst().weight().type());
        long bytes = 0;
        for (Product product : products) {
            bytes += product.weight().rowBytes() * product.weight().rows();
        }
        weightBytes = bytes;
    }

    /** Multiplies {@code input [count, width]}. */
    void run(long input, int count) {
        if (count == 0) {
            return;
        }
        x = input;
        columns = count;
        Kernels kernels = frame.kernels();
        int parts = kernels.prepareParts(form, count);
        if ((long) count * width > SMALL_INPUT) {
            frame.parallel(prepare, parts);
        } else {
            frame.serial(prepare, parts);
        }
        chunkRows = kernels.chunkRows(products[0].weight(), count);
        int chunks = 0;
        for (Product product : products) {
            chunkRows = Math.max(chunkRows, product.weight().rows() / 16_384 + 1);
        }
        for (Product product : products) {
            chunks += chunksOf(product);
        }
        if (weightBytes > SMALL_WEIGHTS) {
            frame.parallel(multiply, chunks);
        } else {
            frame.serial(multiply, chunks);
        }
    }

    private int chunksOf(Product product) {
        return (product.weight().rows() + chunkRows - 1) / chunkRows;
    }

    private void prepare(int part, int slot) {
        frame.kernels().prepare(form, width, x, columns, frame.prepared(), part);
    }

    private void multiply(int chunk, int slot) {
        int index = 0;
        int local = chunk;
        while (local >= chunksOf(products[index])) {
            local -= chunksOf(products[index++]);
        }
        Product product = products[index];
        int from = local * chunkRows;
        int to = Math.min(from + chunkRows, product.weight().rows());
        frame.kernels().product(frame.rows(product.weight(), from, to, slot), from, to, x, frame.prepared(), columns, product.y(), product.stride(),
                frame.scratch(slot));
        if (product.bias() != 0) {
            addBias(product, from, to);
        }
    }

    private void addBias(Product product, int from, int to) {
        for (int c = 0; c < columns; c++) {
            long y = product.y() + 4L * c * product.stride();
            frame.kernels().add(y + 4L * from, product.bias() + 4L * from, y + 4L * from, to - from);
        }
    }

    /** Adds {@code factor * x} to every row of {@code y}; {@code [rows, width]}. */
    static void accumulate(Frame frame, long x, float factor, long y, int rows, int width) {
        for (int row = 0; row < rows; row++) {
            frame.kernels().accumulate(x + 4L * row * width, factor, y + 4L * row * width, width);
        }
    }

}
