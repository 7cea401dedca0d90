package dev.runtime.backend.cpu.ops;

import dev.runtime.api.graph.Op;
import dev.runtime.backend.cpu.kernels.Matrix;
import java.util.ArrayList;
import java.util.List;

/** {@link Op.Linear}: one or several with the same input, and their low-rank additions. */
public final class LinearStep implements Step {
    private final Frame frame;
    private final Buffer x;
    private final Products products;
    private final Adapter[] adapters;
    private final Products[] downs;
    private final Products[] ups;

    /**
     * One operator.
     *
     * @param weight the matrix
     * @param bias address of one float a row, or 0
     * @param y the result
     * @param adapters its low-rank additions
     */
    public record Member(Matrix weight, long bias, Buffer y, List<Adapter> adapters) {}

    /**
     * A low-rank addition.
     *
     * @param down matrix to the rank
     * @param up matrix from the rank
     * @param scale its factor
     * @param low working memory {@code [rows, rank]}
     * @param high working memory {@code [rows, out]}
     * @param y what is added to
     */
    public record Adapter(Matrix down, Matrix up, float scale, long low, long high, Buffer y) {}

    /** Creates a step of members whose weights take inputs of one form. */
    public LinearStep(Frame frame, Buffer x, List<Member> members) {
        this.frame = frame;
        this.x = x;
        List<Products.Product> list = new ArrayList<>();
        List<Adapter> additions = new ArrayList<>();
        for (Member member : members) {
            list.add(new Products.Product(member.weight(), member.bias(), member.y().address(), member.y().width()));
            additions.addAll(member.adapters());
        }
        products = new Products(frame, list);
        adapters = additions.toArray(Adapter[]::new);
        downs = new Products[adapters.length];
        ups = new Products[adapters.length];
        for (int i = 0; i < adapters.length; i++) {
            Adapter a = adapters[i];
            downs[i] = new Products(frame, List.of(new Products.Product(a.down(), 0, a.low(), a.down().rows())));
            ups[i] = new Products(frame, List.of(new Products.Product(a.up(), 0, a.high(), a.up().rows())));
        }
    }

    @Override
    public void run() {
        int rows = frame.rows(x.rows());
        products.run(x.address(), rows);
        for (int i = 0; i < adapters.length; i++) {
            Adapter a = adapters[i];
            downs[i].run(x.address(), rows);
            ups[i].run(a.low(), rows);
            Products.accumulate(frame, a.high(), a.scale(), a.y().address(), rows, a.y().width());
        }
    }
}
