package dev.runtime.plugin.architectures.images;

import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.ImageInput;
import dev.runtime.api.model.ImagePlace;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.Pixels;
import java.util.Optional;

/**
 * Qwen 2 VL and 2.5 VL: images of any shape, rows and columns by rotation, and four patches to an embedding. In Qwen 2.5 most blocks see a
 * window of 112 pixels only.
 */
final class QwenTower extends Tower {
    /** Embeddings of the smallest and the largest image. */
    private static final int LEAST = 8;
    private static final int MOST = 2560;
    private static final int WINDOW_PIXELS = 112;
    private static final int MERGE = 2;

    private final int pattern;
    private final int window;

    QwenTower(ModelFile file) {
        super(file);
        pattern = file.metadata().intOr("clip.vision.n_wa_pattern", 0, 0, 1024);
        int pixels = file.metadata().intOr("clip.vision.window_size", WINDOW_PIXELS, 0, 1 << 14);
        window = pattern == 0 ? 0 : Math.max(1, pixels / shape.patch() / MERGE);
    }

    @Override
    void build(GraphBuilder g) {
        Optional<RopeSpec> rope = Optional.of(Turns.halves(shape.headSize()));
        Value x = normIfThere(g, "v.pre_ln", patches(g));
        for (int layer = 0; layer < shape.layers(); layer++) {
            x = block(g, layer, x, rope, pattern > 0 && (layer + 1) % pattern != 0);
        }
        Value merged = g.selectRuns(normIfThere(g, "v.post_ln", x), MERGE * MERGE);
        g.output(Graph.EMBEDDING, twoLayers(g, "mm.0", "mm.2", merged, merged.width(), projection()));
    }

    @Override
    public ImageInput input(Pixels image) {
        int unit = MERGE * shape.patch();
        int[] size = PatchGrid.size(image.width(), image.height(), unit, (long) LEAST * unit * unit, (long) MOST * unit * unit);
        return new PatchGrid(size[0] / shape.patch(), size[1] / shape.patch(), MERGE, window)
                .input(shape, Resampling.scale(image, size[0], size[1]), 0, place(size[1] / unit, size[0] / unit));
    }

    /** The place of an image in the text of all Qwen models. */
    static ImagePlace place(int rows, int columns) {
        return ImagePlace.between("<|vision_start|>", rows, columns, "<|vision_end|>", true, false);
    }
}
