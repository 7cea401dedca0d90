package dev.runtime.kernel.store;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.CreateEvent;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A manifest in the making: its parts are in the store and kept, it is not. For one thread. */
final class ManifestDraft {
    private final StoreChange change;
    private final Consumer<CreateEvent> events;
    private final List<Manifest.Layer> layers = new ArrayList<>();

    ManifestDraft(StoreChange change, Consumer<CreateEvent> events) {
        this.change = change;
        this.events = events;
    }

    /**
     * Adds a part that must be in the store.
     *
     * @throws RuntimeFailure with {@code request.invalid} if it is not
     */
    void add(Manifest.Layer layer) {
        if (!change.keep(layer.digest(), layer.size())) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "blob \"" + layer.digest() + "\" not found; send the file first");
        }
        layers.add(layer);
        events.accept(new CreateEvent.Part(layer.digest(), false));
    }

    /** Adds a part that was written just now. */
    void addNew(Manifest.Layer layer) {
        layers.add(layer);
        events.accept(new CreateEvent.Part(layer.digest(), true));
    }

    /** Stores a small part and adds it. */
    void add(LayerKind kind, byte[] bytes) {
        Manifest.Layer layer = new Manifest.Layer(kind, "sha256:" + Manifest.sha256(bytes), bytes.length, "");
        if (change.keep(layer.digest(), layer.size())) {
            add(layer);
        } else {
            change.addBlob(new ByteArrayInputStream(bytes), Optional.of(layer.digest()));
            addNew(layer);
        }
    }

    /** Drops the parts of a kind. */
    void drop(LayerKind kind) {
        layers.removeIf(layer -> layer.kind() == kind);
    }

    /** Returns the part of a kind of which there should be one; the last counts. */
    Optional<Manifest.Layer> last(LayerKind kind) {
        return layers.reversed().stream().filter(layer -> layer.kind() == kind).findFirst();
    }

    /** Puts a part in the place of another. */
    void replace(Manifest.Layer old, Manifest.Layer other) {
        layers.set(layers.indexOf(old), other);
        events.accept(new CreateEvent.Part(other.digest(), true));
    }

    /** Stores the configuration, and returns the manifest's bytes. */
    byte[] bytes(Map<String, Object> config) {
        byte[] json = JsonBytes.of(config);
        String digest = change.addBlob(new ByteArrayInputStream(json), Optional.empty());
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", StoreNames.text("manifest.type"));
        manifest.put("config", part(StoreNames.text("config.type"), digest, json.length, ""));
        manifest.put("layers", layers.stream().map(l -> part(l.kind().mediaType(), l.digest(), l.size(), l.from())).toList());
        // one made here ends with a line end, one from elsewhere is kept as it came
        return (new String(JsonBytes.of(manifest), StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> part(String type, String digest, long size, String from) {
        Map<String, Object> part = new LinkedHashMap<>();
        part.put("mediaType", type);
        part.put("digest", digest);
        part.put("size", size);
        if (!from.isEmpty()) {
            part.put("from", from);
        }
        return part;
    }
}
