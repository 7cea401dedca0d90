package dev.runtime.plugin.architectures.images;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.ImageInput;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.Pixels;
import dev.runtime.api.model.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Qwen 3 VL: images of any shape, learned positions on a grid that is stretched over the image, rows and columns by rotation. Some blocks give
 * features of their own, which follow the embedding in its row and are added to the first layers of the text model.
 */
final class Qwen3Tower extends Tower {
    /** Embeddings of the smallest and the largest image. */
    private static final int LEAST = 8;
    private static final int MOST = 2048;
    private static final int MERGE = 2;

    private final Table positions;
    private final int side;

    Qwen3Tower(ModelFile file) {
        super(file);
        TensorInfo learned = tensor("v.position_embd.weight");
        side = (int) Math.round(Math.sqrt(learned.dim(1)));
        if (learned.dim(0) != shape.width() || learned.dim(1) != (long) side * side || learned.dim(1) > 1 << 20) {
            throw misshapen(learned, shape.width() + ", a square");
        }
        positions = Table.of(file, learned);
    }

    @Override
    void build(GraphBuilder g) {
        Optional<RopeSpec> rope = Optional.of(Turns.halves(shape.headSize()));
        Value x = normIfThere(g, "v.pre_ln", g.add(patches(g), g.input(shape.pixels(), shape.width())));
        int out = projection();
        List<Value> parts = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            x = block(g, layer, x, rope, false);
            String deep = "v.deepstack." + layer + ".";
            if (file.tensor(deep + "fc1.weight").isPresent()) {
                Value merged = norm(g, deep + "norm", g.selectRuns(x, MERGE * MERGE));
                parts.add(linear(g, deep + "fc2", g.activate(linear(g, deep + "fc1", merged, merged.width()), Activation.GELU_TANH), out));
            }
        }
        Value merged = g.selectRuns(normIfThere(g, "v.post_ln", x), MERGE * MERGE);
        parts.addFirst(twoLayers(g, "mm.0", "mm.2", merged, merged.width(), out));
        g.output(Graph.EMBEDDING, g.concat(parts));
    }

    @Override
    public ImageInput input(Pixels image) {
        int unit = MERGE * shape.patch();
        int[] size = PatchGrid.size(image.width(), image.height(), unit, (long) LEAST * unit * unit, (long) MOST * unit * unit);
        PatchGrid grid = new PatchGrid(size[0] / shape.patch(), size[1] / shape.patch(), MERGE, 0);
        ImageInput input = grid.input(shape, Resampling.scale(image, size[0], size[1]), shape.width(),
                QwenTower.place(size[1] / unit, size[0] / unit));
        for (int t = 0; t < input.count(); t++) {
            stretch(input.axes()[2 * t], grid.rows, input.axes()[2 * t + 1], grid.columns, input.patches(),
                    t * input.width() + shape.pixels());
        }
        return input;
    }

    /** The position between its four neighbours on the grid, whose corners lie on those of the image. */
    private void stretch(int row, int rows, int column, int columns, float[] target, int from) {
        double y = rows == 1 ? 0 : (double) row * (side - 1) / (rows - 1);
        double x = columns == 1 ? 0 : (double) column * (side - 1) / (columns - 1);
        int top = Math.min((int) y, side - 1);
        int left = Math.min((int) x, side - 1);
        for (int corner = 0; corner < 4; corner++) {
            int down = corner / 2;
            int right = corner % 2;
            double weight = (down == 1 ? y - top : 1 - (y - top)) * (right == 1 ? x - left : 1 - (x - left));
            if (weight > 0) {
                positions.add((top + down) * side + left + right, weight, target, from);
            }
        }
    }
}
