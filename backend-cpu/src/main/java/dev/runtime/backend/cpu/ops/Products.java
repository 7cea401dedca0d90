package dev.runtime.backend.cpu.ops;

import dev.runtime.backend.cpu.kernels.InputForm;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.threads.Ahead;
import dev.runtime.backend.cpu.threads.Work;
import java.util.List;

/** Matrix products with the same input, in one region of the threads: the input is prepared once, chunks are runs of rows. */
final class Products {
    /** Elements of an input below which other threads do not pay for its preparation. */
    private static final int SMALL_INPUT = 65_536;

    /** Bytes of weights below which other threads do not pay. */
    private static final int SMALL_WEIGHTS = 16_384;

    /** Bytes that a thread without work fetches of what it will read next: what fits into its core's own cache beside other things. */
    private static final int FETCHED = 393_216;

    /** Bytes of them at a time: new work waits as long. */
    private static final int FETCHED_PART = 4_096;

    private final Frame frame;
    private final InputForm form;
    private final Product[] products;
    private final int width;
    private final long weightBytes;
    private final Work prepare = this::prepare;
    private final Work multiply = this::multiply;
    private final Ahead ahead = this::fetch;
    /** Of each product, the number of the chunk after its last one. */
    private final int[] ends;
    private long x;
    private int columns;
    private int chunkRows;
    private Products next;

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
        ends = new int[products.size()];
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
        chunkRows = kernels.chunkRows(products[0].weight(), count, frame.threads());
        for (Product product : products) {
            chunkRows = Math.max(chunkRows, product.weight().rows() / 16_384 + 1);
        }
        int chunks = 0;
        for (int i = 0; i < products.length; i++) {
            chunks += (products[i].weight().rows() + chunkRows - 1) / chunkRows;
            ends[i] = chunks;
        }
        if (weightBytes > SMALL_WEIGHTS) {
            frame.parallel(this, multiply, chunks);
        } else {
            frame.serial(multiply, chunks);
        }
    }

    /** Sets which products came after these. */
    void next(Products products) {
        next = products;
    }

    /** Returns what to fetch while these end: what came after them last time, or null. */
    Ahead ahead() {
        return next == null ? null : next.ahead;
    }

    /** Fetches a part of the rows with which a thread began last time. May run beside {@link #run}, so what it reads is a guess. */
    private boolean fetch(int slot, int part) {
        int chunks = ends[ends.length - 1];
        int chunk = frame.firstChunk(chunks, slot);
        int index = indexOf(chunk);
        if (index == products.length) {
            return false;
        }
        Matrix weight = products[index].weight();
        int end = Math.min(weight.rows(), rowOf(frame.firstChunk(chunks, slot + 1), index));
        long from = rowOf(chunk, index) * weight.rowBytes() + (long) part * FETCHED_PART;
        if (weight.source() != null || from + FETCHED_PART > end * weight.rowBytes()) {
            return false;
        }
        frame.kernels().fetch((weight.packed() == 0 ? weight.address() : weight.packed()) + from, FETCHED_PART);
        return part + 1 < FETCHED / FETCHED_PART;
    }

    private int indexOf(int chunk) {
        int index = 0;
        while (index < products.length && chunk >= ends[index]) {
            index++;
        }
        return index;
    }

    private int rowOf(int chunk, int index) {
        return (index == 0 ? chunk : chunk - ends[index - 1]) * chunkRows;
    }

    private void prepare(int part, int slot) {
        frame.kernels().prepare(form, width, x, columns, frame.prepared(), part);
    }

    private void multiply(int chunk, int slot) {
        int index = indexOf(chunk);
        Product product = products[index];
        int from = rowOf(chunk, index);
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
