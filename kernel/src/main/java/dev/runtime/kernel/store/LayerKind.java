package dev.runtime.kernel.store;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What a layer of a manifest holds. */
public enum LayerKind {
    /** Weights; of several the last counts. */
    MODEL,
    /** Weights of an image or sound encoder. */
    PROJECTOR,
    /** Weights to add to the model's. */
    ADAPTER,
    /** Weights of a small model that guesses ahead. */
    DRAFT,
    /** A chat template. */
    TEMPLATE,
    /** A system prompt. */
    SYSTEM,
    /** A JSON object of options. */
    PARAMS,
    /** A JSON array of messages. */
    MESSAGES,
    /** A licence text. */
    LICENSE,
    /** One tensor. */
    TENSOR,
    /** A configuration file of a model of single tensors. */
    JSON,
    /** Anything else; ignored. */
    OTHER;

    private static final Map<String, LayerKind> BY_MEDIA_TYPE = new HashMap<>();

    static {
        for (LayerKind kind : values()) {
            if (kind != OTHER) {
                StoreNames.list("layer." + kind.name().toLowerCase(Locale.ROOT)).forEach(type -> BY_MEDIA_TYPE.put(type, kind));
            }
        }
    }

    /** Returns the media type that new manifests name this kind by. */
    public String mediaType() {
        return StoreNames.list("layer." + name().toLowerCase(Locale.ROOT)).getFirst();
    }

    /** Returns the meaning of a media type. */
    static LayerKind of(String mediaType) {
        return BY_MEDIA_TYPE.getOrDefault(mediaType, OTHER);
    }
}
