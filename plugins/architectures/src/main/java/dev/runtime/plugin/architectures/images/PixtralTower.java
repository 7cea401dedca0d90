package dev.runtime.plugin.architectures.images;

import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.ImageInput;
import dev.runtime.api.model.ImagePlace;
import dev.runtime.api.model.ImagePlace.Part;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.Pixels;
import dev.runtime.api.model.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Pixtral, and Mistral Small 3.1 and later, which merge four patches to an embedding: images of any shape, rows and columns by rotation. In the
 * text each row of embeddings ends in a token.
 */
final class PixtralTower extends Tower {
    /** Embeddings of the smallest and the largest image. */
    private static final int LEAST = 8;
    private static final int MOST = 1024;

    private final int merge;

    PixtralTower(ModelFile file) {
        super(file);
        merge = file.tensor("mm.patch_merger.weight").isEmpty() ? 1 : file.metadata().intOr("clip.vision.spatial_merge_size", 2, 1, 16);
    }

    @Override
    void build(GraphBuilder g) {
        Optional<RopeSpec> rope = Optional.of(Turns.interleaved(shape.headSize()));
        Value x = normIfThere(g, "v.pre_ln", patches(g));
        for (int layer = 0; layer < shape.layers(); layer++) {
            x = block(g, layer, x, rope, false);
        }
        x = normIfThere(g, "v.post_ln", x);
        Value features = file.tensor("mm.patch_merger.weight").isEmpty() ? g.selectOutputs(x) : merged(g, x);
        int inner = Math.toIntExact(tensor("mm.1.weight").dim(1));
        g.output(Graph.EMBEDDING, twoLayers(g, "mm.1", "mm.2", features, inner, Math.toIntExact(tensor("mm.2.weight").dim(1))));
    }

    /** The merger's columns run through the patches of a block first, then through the elements of a patch. */
    private Value merged(GraphBuilder g, Value x) {
        Value runs = g.selectRuns(norm(g, "mm.input_norm", x), merge * merge);
        List<Value> patches = new ArrayList<>();
        for (int i = 0; i < merge * merge; i++) {
            patches.add(g.slice(runs, 1, i * shape.width(), shape.width()));
        }
        TensorInfo merger = tensor("mm.patch_merger.weight");
        return linear(g, "mm.patch_merger", g.concat(patches, shape.width()), Math.toIntExact(merger.dim(1)));
    }

    @Override
    public ImageInput input(Pixels image) {
        int unit = merge * shape.patch();
        int[] size = PatchGrid.size(image.width(), image.height(), unit, (long) LEAST * unit * unit, (long) MOST * unit * unit);
        int rows = size[1] / unit;
        int columns = size[0] / unit;
        List<Part> parts = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            parts.add(new Part.Rows(row * columns, columns));
            parts.add(new Part.Text(row < rows - 1 ? "[IMG_BREAK]" : "[IMG_END]"));
        }
        return new PatchGrid(size[0] / shape.patch(), size[1] / shape.patch(), merge, 0)
                .input(shape, Resampling.scale(image, size[0], size[1]), 0, new ImagePlace(parts, rows, columns, false, false));
    }
}
