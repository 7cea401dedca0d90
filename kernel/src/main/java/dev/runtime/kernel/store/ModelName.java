package dev.runtime.kernel.store;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
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
    private static final int LONGEST_HOST = 350;
    private static final int LONGEST_PART = 80;
    private static final int LONGEST_SHOWN = 120;

    /**
     * Checks the parts.
     *
     * @throws RuntimeFailure with {@code model.name_invalid}
     */
    public ModelName {
        if (!validHost(host) || !validNamespace(namespace) || !validPart(model) || !validPart(tag)) {
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
        String rest = text;
        String tag = DEFAULT_TAG;
        String namespace = DEFAULT_NAMESPACE;
        String host = DEFAULT_HOST;
        int colon = rest.lastIndexOf(':');
        if (colon >= 0 && colon > rest.lastIndexOf('/')) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
        }
        int slash = rest.lastIndexOf('/');
        String model = rest.substring(slash + 1);
        if (slash >= 0) {
            rest = rest.substring(0, slash);
            slash = rest.lastIndexOf('/');
            namespace = rest.substring(slash + 1);
            if (slash >= 0) {
                host = rest.substring(0, slash);
                int scheme = host.indexOf("://");
                host = scheme > 0 ? host.substring(scheme + 3) : host;
            }
        }
        return validHost(host) && validNamespace(namespace) && validPart(model) && validPart(tag)
                ? Optional.of(new ModelName(host, namespace, model, tag)) : Optional.empty();
    }

    /** Returns the name of a model that comes with the runtime, or nothing if the stem of its file is no valid part. */
    static Optional<ModelName> builtIn(String stem) {
        return validPart(stem) ? Optional.of(new ModelName(DEFAULT_HOST, DEFAULT_NAMESPACE, stem, DEFAULT_TAG)) : Optional.empty();
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

    static boolean validHost(String text) {
        return valid(text, LONGEST_HOST, ".:");
    }

    static boolean validNamespace(String text) {
        return valid(text, LONGEST_PART, "");
    }

    static boolean validPart(String text) {
        return valid(text, LONGEST_PART, ".");
    }

    private static boolean valid(String text, int longest, String extra) {
        if (text.isEmpty() || text.length() > longest) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean word = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
            if (!word && (i == 0 || c != '-' && extra.indexOf(c) < 0)) {
                return false;
            }
        }
        return true;
    }
}
