package dev.runtime.backend.cpu.ops;

import dev.runtime.api.graph.Op;
import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.memory.Memory;
import java.util.List;

/** {@link Op.HeadLinear}: head by head, its parts of the rows gathered side by side. */
public final class HeadLinearStep implements Step {
    private final Frame frame;
    private final Buffer x;
    private final Buffer gathered;
    private final Products[] products;

    /**
     * Creates a step.
     *
     * @param heads one matrix a head
     * @param gathered working memory {@code [rows, in]}
     */
    public HeadLinearStep(Frame frame, Buffer x, List<Matrix> heads, Buffer gathered, Buffer y) {
        this.frame = frame;
        this.x = x;
        this.gathered = gathered;
        products = new Products[heads.size()];
        for (int h = 0; h < products.length; h++) {
            Matrix head = heads.get(h);
            products[h] = new Products(frame, List.of(new Products.Product(head, 0, y.address() + 4L * h * head.rows(), y.width())));
        }
    }

    @Override
    public void run() {
        int rows = frame.rows(x.rows());
        long bytes = 4L * gathered.width();
        for (int h = 0; h < products.length; h++) {
            for (int row = 0; row < rows; row++) {
                Memory.copy(x.row(row) + h * bytes, gathered.row(row), bytes);
            }
            products[h].run(gathered.address(), rows);
        }
    }
}
