package dev.runtime.plugin.architectures.images;

import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.ImageInput;
import dev.runtime.api.model.ImagePlace;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.Pixels;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/** Gemma 3: SigLIP on one square size, the mean of each block of patches, norm, projection. The embeddings see each other. */
final class Gemma3Tower extends Tower {
    private static final String PROJECTION = "mm.input_projection.weight";
    private static final String TURNED = PROJECTION + " transposed";
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int merge;
    private final int side;
    private final Table positions;

    Gemma3Tower(ModelFile file) {
        super(file);
        merge = file.metadata().intOr("clip.vision.projector.scale_factor", 4, 1, 64);
        side = shape.size() / shape.patch();
        TensorInfo learned = tensor("v.position_embd.weight");
        if (side % merge != 0 || learned.dim(0) != shape.width() || learned.dim(1) != (long) side * side) {
            throw misshapen(learned, shape.width() + ", " + side * side);
        }
        positions = Table.of(file, learned);
    }

    @Override
    void build(GraphBuilder g) {
        int width = shape.width();
        Value x = g.add(patches(g), g.input(shape.pixels(), width));
        for (int layer = 0; layer < shape.layers(); layer++) {
            x = block(g, layer, x, Optional.empty(), false);
        }
        Value runs = g.selectRuns(normIfThere(g, "v.post_ln", x), merge * merge);
        Value sum = g.slice(runs, 1, 0, width);
        for (int i = 1; i < merge * merge; i++) {
            sum = g.add(sum, g.slice(runs, 1, i * width, width));
        }
        Value mean = g.scale(sum, 1f / (merge * merge));
        Value normed = g.rmsNorm(mean, vector("mm.soft_emb_norm.weight", width).orElseThrow(() -> misshapen(tensor("mm.soft_emb_norm.weight"), "")),
                shape.epsilon());
        TensorInfo stored = tensor(PROJECTION);
        if (stored.dim(1) != width) {
            throw misshapen(stored, "any, " + width);
        }
        g.output(Graph.EMBEDDING, g.linear(normed,
                Weight.of(new TensorInfo(TURNED, TensorType.F32, new long[] {width, stored.dim(0)}))));
    }

    @Override
    public int whole() {
        return side / merge * (side / merge);
    }

    /** The projection is stored the other way round. */
    @Override
    public MemorySegment data(TensorInfo tensor) {
        if (!tensor.name().equals(TURNED)) {
            return super.data(tensor);
        }
        Table stored = Table.of(file, tensor(PROJECTION));
        MemorySegment turned = Arena.ofAuto().allocate(tensor.bytes(), 64);
        for (int out = 0; out < stored.width; out++) {
            for (int in = 0; in < stored.rows; in++) {
                turned.set(FLOAT, 4L * ((long) out * stored.rows + in), stored.at(in, out));
            }
        }
        return turned;
    }

    @Override
    public ImageInput input(Pixels image) {
        int pixels = side * shape.patch();
        ImagePlace place = ImagePlace.between("\n\n<start_of_image>", side / merge, side / merge, "<end_of_image>\n\n", false, true);
        PatchGrid grid = new PatchGrid(side, side, merge, 0);
        ImageInput input = grid.input(shape, Resampling.scale(image, pixels, pixels), shape.width(), place);
        for (int t = 0; t < input.count(); t++) {
            int row = input.axes()[2 * t] * side + input.axes()[2 * t + 1];
            positions.add(row, 1, input.patches(), t * input.width() + shape.pixels());
        }
        return input;
    }
}
