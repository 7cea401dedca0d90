package dev.runtime.plugin.architectures.images;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.graph.Activation;
import dev.runtime.api.model.Metadata;

/**
 * The hyper-parameters of an image encoder, checked against bounds far beyond any real one.
 *
 * @param size side of the square image that the encoder was trained with, in pixels
 * @param patch side of a patch, in pixels
 * @param width elements of the hidden state
 * @param inner elements inside the feed-forward block
 * @param layers number of blocks
 * @param heads attention heads
 * @param epsilon of the norms
 * @param activation of the feed-forward block
 * @param mean of each colour, 0 to 1
 * @param deviation of each colour
 */
record TowerShape(int size, int patch, int width, int inner, int layers, int heads, float epsilon, Activation activation, float[] mean,
        float[] deviation) {
    private static final float[] CLIP_MEAN = {0.48145466f, 0.4578275f, 0.40821073f};
    private static final float[] CLIP_DEVIATION = {0.26862954f, 0.26130258f, 0.27577711f};

    static TowerShape of(Metadata m) {
        int patch = m.requireInt("clip.vision.patch_size", 1, 256);
        int width = m.requireInt("clip.vision.embedding_length", 1, 1 << 16);
        int heads = m.requireInt("clip.vision.attention.head_count", 1, 1024);
        if (width % heads != 0) {
            throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "clip.vision.attention.head_count is " + heads
                    + ", no divisor of clip.vision.embedding_length " + width);
        }
        float epsilon = (float) m.number("clip.vision.attention.layer_norm_epsilon", 1e-6);
        if (!(epsilon > 0 && epsilon < 1)) {
            throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "clip.vision.attention.layer_norm_epsilon is " + epsilon
                    + ", outside 0..1; the file is damaged");
        }
        Activation activation = m.flag("clip.use_gelu", false) ? Activation.GELU_TANH
                : m.flag("clip.use_silu", false) ? Activation.SILU : Activation.GELU_QUICK;
        return new TowerShape(m.requireInt("clip.vision.image_size", patch, 1 << 14), patch, width,
                m.requireInt("clip.vision.feed_forward_length", 1, 1 << 20), m.requireInt("clip.vision.block_count", 1, 1024), heads, epsilon,
                activation, colours(m, "clip.vision.image_mean", CLIP_MEAN), colours(m, "clip.vision.image_std", CLIP_DEVIATION));
    }

    private static float[] colours(Metadata m, String key, float[] orElse) {
        float[] values = m.floats(key).orElse(orElse);
        boolean deviation = orElse == CLIP_DEVIATION;
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i]) || deviation && values[i] <= 0) {
                throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, key + " holds " + values[i] + "; the file is damaged");
            }
        }
        if (values.length < 3) {
            throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, key + " has " + values.length + " values for 3 colours");
        }
        return values;
    }

    /** Returns the elements of a patch's pixels. */
    int pixels() {
        return 3 * patch * patch;
    }

    /** Returns the elements of a head. */
    int headSize() {
        return width / heads;
    }
}
