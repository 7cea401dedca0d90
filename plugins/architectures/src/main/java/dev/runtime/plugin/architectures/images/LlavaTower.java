package dev.runtime.plugin.architectures.images;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.ImageInput;
import dev.runtime.api.model.ImagePlace;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.Pixels;
import dev.runtime.api.model.TensorInfo;
import java.util.Arrays;
import java.util.Optional;

/**
 * LLaVA 1.5 and its kin: CLIP on one square size, of which the last block is left out, and two linear layers. The image keeps its shape and is
 * padded to the square. Models that also cut an image into tiles (LLaVA 1.6) get the whole image only.
 */
final class LlavaTower extends Tower {
    private static final int[] PADDING = {122, 116, 104};

    private final int side;
    private final boolean hasClass;
    private final Table positions;

    LlavaTower(ModelFile file) {
        super(file);
        side = shape.size() / shape.patch();
        hasClass = file.tensor("v.class_embd").isPresent();
        TensorInfo learned = tensor("v.position_embd.weight");
        if (learned.dim(0) != shape.width() || learned.dim(1) != (long) side * side + (hasClass ? 1 : 0)) {
            throw misshapen(learned, shape.width() + ", " + (side * side + (hasClass ? 1 : 0)));
        }
        if (hasClass && file.tensor("v.patch_embd.bias").isPresent()) {
            throw misshapen(tensor("v.patch_embd.bias"), "none beside v.class_embd");
        }
        positions = Table.of(file, learned);
    }

    @Override
    void build(GraphBuilder g) {
        Value x = normIfThere(g, "v.pre_ln", g.add(patches(g), g.input(shape.pixels(), shape.width())));
        long[] asked = file.metadata().integers("clip.vision.feature_layer").orElse(new long[0]);
        int last = asked.length == 0 ? shape.layers() - 1 : Math.clamp(Arrays.stream(asked).max().orElse(0), 0, shape.layers());
        for (int layer = 0; layer < last; layer++) {
            x = block(g, layer, x, Optional.empty(), false);
        }
        Value features = g.selectOutputs(normIfThere(g, "v.post_ln", x));
        int out = Math.toIntExact(tensor("mm.0.weight").dim(1));
        Value projected = linear(g, "mm.0", features, out);
        g.output(Graph.EMBEDDING, file.tensor("mm.2.weight").isEmpty() ? g.activate(projected, Activation.GELU_TANH)
                : linear(g, "mm.2", g.activate(projected, Activation.GELU_TANH), Math.toIntExact(tensor("mm.2.weight").dim(1))));
    }

    @Override
    public ImageInput input(Pixels image) {
        ImagePlace place = ImagePlace.between("", side, side, "", false, false);
        ImageInput plain = new PatchGrid(side, side, 1, 0).input(shape, padded(image, side * shape.patch()), shape.width(), place);
        int before = hasClass ? 1 : 0;
        int width = plain.width();
        int count = plain.count() + before;
        // the class stands before the patches: no pixels, its own embedding
        float[] patches = new float[count * width];
        System.arraycopy(plain.patches(), 0, patches, before * width, plain.patches().length);
        int[] axes = new int[2 * count];
        int[] spans = new int[2 * count];
        if (hasClass) {
            Table.of(file, tensor("v.class_embd")).add(0, 1, patches, shape.pixels());
        }
        for (int t = 0; t < count; t++) {
            positions.add(t, 1, patches, t * width + shape.pixels());
            spans[2 * t + 1] = count - 1;
        }
        return new ImageInput(width, patches, axes, spans, 1, before, plain.order(), place);
    }

    private static float[] padded(Pixels image, int side) {
        double factor = (double) side / Math.max(image.width(), image.height());
        int width = Math.clamp(Math.round(image.width() * factor), 1, side);
        int height = Math.clamp(Math.round(image.height() * factor), 1, side);
        float[] scaled = Resampling.scale(image, width, height);
        float[] square = new float[3 * side * side];
        for (int i = 0; i < square.length; i++) {
            square[i] = PADDING[i % 3];
        }
        int left = (side - width) / 2;
        int top = (side - height) / 2;
        for (int row = 0; row < height; row++) {
            System.arraycopy(scaled, 3 * row * width, square, 3 * ((top + row) * side + left), 3 * width);
        }
        return square;
    }
}
