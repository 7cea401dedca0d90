package dev.runtime.kernel.store;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stored manifest.
 *
 * @param name the model, as spelled on disk
 * @param digest SHA-256 of the file, in hex
 * @param modified when the file was written
 * @param config the configuration's blob
 * @param layers the parts, in file order
 */
public record Manifest(ModelName name, String digest, Instant modified, Optional<Layer> config, List<Layer> layers) {
    /**
     * A blob with a meaning.
     *
     * @param kind the meaning
     * @param digest its digest, in any of the valid spellings
     * @param size its bytes, -1 if the manifest does not say
     * @param from the model or file it came from, empty if unknown
     */
    public record Layer(LayerKind kind, String digest, long size, String from) {
        /** Returns the digest as {@code sha256:} and 64 lower-case hex digits. */
        public String usualDigest() {
            return "sha256:" + BlobPath.hex(digest);
        }
    }

    /**
     * Reads a manifest's bytes. Only what is needed must be there: old manifests lack media types and sizes.
     *
     * @throws RuntimeFailure with {@code model.file_invalid} and the reason
     */
    public static Manifest parse(ModelName name, byte[] bytes, Instant modified) {
        Map<?, ?> root = Json.object(bytes).orElseThrow(() -> invalid(name, "it is no JSON object"));
        if (!(root.get("layers") instanceof List<?> list)) {
            throw invalid(name, "it lists no layers");
        }
        List<Layer> layers = new ArrayList<>();
        for (Object layer : list) {
            layers.add(layer(name, layer));
        }
        Optional<Layer> config = root.get("config") instanceof Map<?, ?> map && !Json.text(map, "digest").isEmpty()
                ? Optional.of(layer(name, map)) : Optional.empty();
        Manifest manifest = new Manifest(name, sha256(bytes), modified, config, List.copyOf(layers));
        try {
            manifest.size();
        } catch (ArithmeticException _) {
            throw invalid(name, "the sizes of its layers add up to more than 2^63");
        }
        return manifest;
    }

    private static Layer layer(ModelName name, Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw invalid(name, "a layer is no JSON object");
        }
        String digest = Json.text(map, "digest");
        if (BlobPath.parseHex(digest).isEmpty()) {
            throw invalid(name, "a layer has the digest \"" + ModelName.shown(digest) + "\", which is none");
        }
        long size = Json.integer(map, "size", -1);
        return new Layer(LayerKind.of(Json.text(map, "mediaType")), digest, Math.max(-1, size), Json.text(map, "from"));
    }

    private static RuntimeFailure invalid(ModelName name, String reason) {
        return new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID,
                "the manifest of " + name.display() + " is damaged: " + reason + "; delete the model and store it again");
    }

    /** Returns the bytes of all parts as far as the manifest tells. */
    long size() {
        long size = config.map(c -> Math.max(0, c.size())).orElse(0L);
        for (Layer layer : layers) {
            size = Math.addExact(size, Math.max(0, layer.size()));
        }
        return size;
    }

    /** Returns all that has to be in the store for this model: the layers in file order, the configuration last. */
    public List<Layer> parts() {
        List<Layer> parts = new ArrayList<>(layers);
        config.ifPresent(parts::add);
        return parts;
    }

    /** Returns the digests of all parts in their usual spelling. */
    List<String> digests() {
        return parts().stream().map(Layer::usualDigest).toList();
    }

    List<Layer> all(LayerKind kind) {
        return layers.stream().filter(layer -> layer.kind() == kind).toList();
    }

    /** Returns the layer of a kind of which there should be one; the last wins. */
    Optional<Layer> last(LayerKind kind) {
        List<Layer> all = all(kind);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
