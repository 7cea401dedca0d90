package dev.runtime.kernel.store;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.source.ModelAddress;
import java.util.Optional;

/**
 * The name of a model: {@code host/namespace/model:tag}. All parts are valid, so each is a plain file name.
 *
 * @param host the registry, perhaps with port
 * @param namespace the owner
 * @param model the model
 * @param tag the version
 */
public record ModelName(String host, String namespace, String model, String tag) {
    private static final String DEFAULT_HOST = StoreNames.text("name.host");
    private static final String DEFAULT_NAMESPACE = StoreNames.text("name.namespace");
    private static final String DEFAULT_TAG = StoreNames.text("name.tag");
    private static final ModelAddress DEFAULTS = new ModelAddress("", DEFAULT_HOST, DEFAULT_NAMESPACE, "", DEFAULT_TAG);
    private static final int LONGEST_SHOWN = 120;

    /**
     * Checks the parts.
     *
     * @throws RuntimeFailure with {@code model.name_invalid}
     */
    public ModelName {
        if (!ModelAddress.validHost(host) || !ModelAddress.validNamespace(namespace) || !ModelAddress.validPart(model)
                || !ModelAddress.validPart(tag)) {
            throw invalid(host + "/" + namespace + "/" + model + ":" + tag);
        }
    }

    /**
     * Reads a name in any spelling.
     *
     * @throws RuntimeFailure with {@code model.name_invalid}
     */
    public static ModelName of(String text) {
        return parse(text).orElseThrow(() -> invalid(text));
    }

    /** Reads a name in any spelling, or nothing if it is not valid. A scheme before the host is dropped. */
    public static Optional<ModelName> parse(String text) {
        return ModelAddress.parse(text, DEFAULTS).map(a -> new ModelName(a.host(), a.namespace(), a.model(), a.tag()));
    }

    /** Returns the name of a model that comes with the runtime, or nothing if the stem of its file is no valid part. */
    static Optional<ModelName> builtIn(String stem) {
        return ModelAddress.validPart(stem) ? Optional.of(new ModelName(DEFAULT_HOST, DEFAULT_NAMESPACE, stem, DEFAULT_TAG)) : Optional.empty();
    }

    static RuntimeFailure invalid(String text) {
        return new RuntimeFailure(ErrorCode.MODEL_NAME_INVALID,
                "\"" + shown(text) + "\" is no valid model name; expected [host/][namespace/]model[:tag] of letters, digits, - _ and .");
    }

    /** A text from outside as messages may show it: on one line, not too long. */
    static String shown(String text) {
        String cut = text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    /** Returns the shortest form, always with the tag. */
    public String display() {
        boolean defaultHost = host.equalsIgnoreCase(DEFAULT_HOST);
        String owner = !defaultHost ? host + "/" + namespace + "/" : namespace.equalsIgnoreCase(DEFAULT_NAMESPACE) ? "" : namespace + "/";
        return owner + model + ":" + tag;
    }

    /** Returns all parts. */
    public String full() {
        return host + "/" + namespace + "/" + model + ":" + tag;
    }

    /** Tells whether two names mean the same model: they differ in case only. */
    public boolean same(ModelName other) {
        return full().equalsIgnoreCase(other.full());
    }
}
