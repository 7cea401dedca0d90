package dev.runtime.plugin.architectures;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelShape;
import dev.runtime.api.model.ModelShape.Pooling;
import dev.runtime.api.model.TensorInfo;
import java.util.Optional;

/**
 * The hyper-parameters of a decoder, read from keys that begin with the architecture's name and checked against bounds far
 * beyond any real model, so that nothing absurd is multiplied or allocated later.
 */
final class Hyper {
    static final int MAX_LAYERS = 4096;
    private static final int MAX_HEADS = 65_536;
    private static final int MAX_WIDTH = 1 << 22;

    /** What a family is, which decides what its metadata must say. */
    enum Kind {
        /** Generates text; a token sees earlier ones. */
        DECODER,
        /** Gives embeddings; tokens see each other. */
        ENCODER,
        /** Generates text without attention: has no heads. */
        RECURRENT
    }

    private final Metadata metadata;
    private final String architecture;
    private final int vocabulary;
    private final Kind kind;

    final int layers;
    /** Width of the hidden state. */
    final int width;
    final int contextLength;
    /** Elements of a query or key head. */
    final int keySize;
    final int valueSize;
    final float epsilon;

    /**
     * Reads and checks.
     *
     * @param embedding the token table, {@code [width, vocabulary]}
     * @param kind what the family is
     */
    Hyper(Metadata metadata, TensorInfo embedding, Kind kind) {
        this.metadata = metadata;
        this.kind = kind;
        architecture = metadata.requireString("general.architecture");
        layers = metadata.requireInt(key("block_count"), 1, MAX_LAYERS);
        width = metadata.requireInt(key("embedding_length"), 1, MAX_WIDTH);
        contextLength = metadata.requireInt(key("context_length"), 1, Integer.MAX_VALUE);
        vocabulary = (int) Math.min(embedding.dim(1), Integer.MAX_VALUE);
        int headSize = kind != Kind.RECURRENT ? Math.max(1, width / heads(firstAttending())) : 1;
        keySize = metadata.intOr(key("attention.key_length"), headSize, 1, MAX_WIDTH);
        valueSize = metadata.intOr(key("attention.value_length"), headSize, 1, MAX_WIDTH);
        epsilon = bounded(layerNorm() ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon", 1e-6, 0, 1);
    }

    Kind kind() {
        return kind;
    }

    String key(String tail) {
        return architecture + "." + tail;
    }

    Metadata metadata() {
        return metadata;
    }

    /** Query heads of a layer. */
    int heads(int layer) {
        return perLayer("attention.head_count", layer, Optional.empty(), 1, MAX_HEADS);
    }

    /** Key-value heads of a layer, a divisor of its query heads. */
    int kvHeads(int layer) {
        int heads = heads(layer);
        int kvHeads = perLayer("attention.head_count_kv", layer, Optional.of(heads), 1, MAX_HEADS);
        if (heads % kvHeads != 0) {
            throw invalid(key("attention.head_count_kv") + " is " + kvHeads + ", no divisor of the " + heads + " query heads");
        }
        return kvHeads;
    }

    /** Whether a layer has attention: files of hybrid models give 0 heads to the others. */
    boolean attends(int layer) {
        return kind != Kind.RECURRENT
                && !(metadata.asMap().get(key("attention.head_count_kv")) instanceof long[] counts && counts.length > layer && counts[layer] == 0);
    }

    private int firstAttending() {
        int layer = 0;
        while (layer < layers - 1 && !attends(layer)) {
            layer++;
        }
        return layer;
    }

    /** Whether norms are layer norms: the metadata has the epsilon of those only. */
    boolean layerNorm() {
        return metadata.has(key("attention.layer_norm_epsilon")) && !metadata.has(key("attention.layer_norm_rms_epsilon"));
    }

    /** Whether a token sees earlier ones only. */
    boolean causal() {
        return kind != Kind.ENCODER && metadata.flag(key("attention.causal"), true);
    }

    /** The layers that generation runs: without those that predict further tokens. */
    int mainLayers() {
        return layers - metadata.intOr(key("nextn_predict_layers"), 0, 0, layers - 1);
    }

    /** Sliding window in tokens, 0 for none. */
    int window() {
        return metadata.intOr(key("attention.sliding_window"), 0, 0, Integer.MAX_VALUE);
    }

    /** A number that is one: neither infinite nor NaN. */
    float number(String tail, double orElse) {
        return bounded(tail, orElse, -Float.MAX_VALUE, Float.MAX_VALUE);
    }

    /** A number within bounds. */
    float bounded(String tail, double orElse, double least, double most) {
        double value = metadata.number(key(tail), orElse);
        if (!(value >= least && value <= most)) {
            throw invalid(key(tail) + " is " + value + ", outside " + least + ".." + most);
        }
        return (float) value;
    }

    /** Factor of attention scores: the file's, or {@code 1 / sqrt(keySize)}. */
    float attentionScale() {
        double scale = number("attention.scale", 0);
        return scale == 0 ? (float) (1 / Math.sqrt(keySize)) : (float) scale;
    }

    int experts() {
        return metadata.intOr(key("expert_count"), 0, 0, 4096);
    }

    int expertsUsed() {
        return metadata.requireInt(key("expert_used_count"), 1, experts());
    }

    /** A positive size that must be there. */
    int size(String tail) {
        return metadata.requireInt(key(tail), 1, MAX_WIDTH);
    }

    int vocabulary() {
        return vocabulary;
    }

    Pooling pooling() {
        int type = metadata.intOr(key("pooling_type"), 0, 0, 4);
        return new Pooling[] {Pooling.NONE, Pooling.MEAN, Pooling.CLS, Pooling.LAST, Pooling.RANK}[type];
    }

    ModelShape shape() {
        int layer = firstAttending();
        boolean attends = kind != Kind.RECURRENT;
        return new ModelShape(architecture, contextLength, width, layers, attends ? heads(layer) : 0, attends ? kvHeads(layer) : 0, keySize,
                vocabulary, pooling());
    }

    /** Many keys hold either one value for all layers or an array with one value a layer. */
    private int perLayer(String tail, int layer, Optional<Integer> orElse, int min, int max) {
        String key = key(tail);
        Object value = metadata.asMap().get(key);
        if (!(value instanceof long[] values)) {
            return value == null && orElse.isPresent() ? orElse.get() : metadata.requireInt(key, min, max);
        }
        if (values.length < layers) {
            throw invalid(key + " has " + values.length + " values for " + layers + " layers");
        }
        if (values[layer] < min || values[layer] > max) {
            throw invalid(key + "[" + layer + "] is " + values[layer] + ", outside " + min + ".." + max);
        }
        return (int) values[layer];
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, message + "; the model file is damaged or not supported");
    }
}
