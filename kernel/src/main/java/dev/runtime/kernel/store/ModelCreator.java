package dev.runtime.kernel.store;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Message;
import dev.runtime.api.model.CreateEvent;
import dev.runtime.api.model.CreateRequest;
import dev.runtime.api.model.ModelCreation;
import dev.runtime.api.plugin.Services;
import dev.runtime.api.source.TransferEvent;
import dev.runtime.api.source.Transfers;
import dev.runtime.api.text.TemplateEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes models: takes over the parts of another or brings in weights, puts texts in their place, writes the manifest last. What fails or
 * is cancelled before leaves blobs that no model names, which are removed like all such.
 */
public final class ModelCreator implements ModelCreation {
    private static final TransferEvent PULLED = new TransferEvent.Reached(TransferEvent.Stage.DONE);

    private final ModelStore models;
    private final StoreWriter writer;
    private final BlobPath paths;
    private final Services services;
    private final Transfers transfers;

    /**
     * Creates the maker of a store's models.
     *
     * @param transfers brings bases that are not there
     */
    public ModelCreator(ModelStore models, StoreWriter writer, BlobPath paths, Services services, Transfers transfers) {
        this.models = models;
        this.writer = writer;
        this.paths = paths;
        this.services = services;
        this.transfers = transfers;
    }

    @Override
    public void create(CreateRequest request, Cancellation cancellation, Consumer<CreateEvent> events) {
        ModelName name = ModelName.of(request.model());
        if (request.from().isEmpty() && request.files().isEmpty()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "neither 'from' or 'files' was specified");
        }
        Optional<TemplateEngine> engine = request.template().filter(t -> !t.isBlank()).map(this::checked);
        if (!request.from().isEmpty() && !there(request.from())) {
            transfers.pull(request.from(), false, cancellation, step -> {
                if (!step.equals(PULLED)) {
                    events.accept(new CreateEvent.Pulling(step));
                }
            });
        }
        StoreChange.Stored stored;
        try (StoreChange change = writer.begin()) {
            ManifestDraft draft = new ManifestDraft(change, events);
            WeightImport weights = new WeightImport(change, paths, models.weights(), services, draft, cancellation, events);
            Base base = request.from().isEmpty() ? Base.NONE : inherit(request.from(), draft, weights);
            if (request.from().isEmpty()) {
                weights.add(name.model(), request.files());
            }
            if (!request.level().isEmpty()) {
                weights.quantize(LayerKind.MODEL, request.level());
            }
            if (!request.adapters().isEmpty()) {
                weights.addAdapter(request.adapters());
            }
            if (!request.drafts().isEmpty()) {
                weights.addDraft(request.drafts());
            }
            if (!request.draftLevel().isEmpty()) {
                weights.quantize(LayerKind.DRAFT, request.draftLevel());
            }
            Optional<KnownTemplates.Found> found = engine.isPresent() || !request.from().isEmpty() ? Optional.empty()
                    : draft.last(LayerKind.MODEL).flatMap(layer -> new KnownTemplates(services, models.weights()).of(paths.blob(layer.digest())));
            found.ifPresent(known -> events.accept(new CreateEvent.TemplateFound(known.name())));
            texts(request, base, found, draft);
            byte[] manifest = draft.bytes(new CreatedConfig(models.weights(), paths).of(request, base.config(), draft));
            cancellation.check();
            events.accept(new CreateEvent.Storing());
            stored = change.putManifest(name, manifest);
        }
        writer.removeReplaced(stored);
        events.accept(new CreateEvent.Done());
    }

    private boolean there(String from) {
        try {
            models.named(from);
            return true;
        } catch (RuntimeFailure e) {
            if (e.code() == ErrorCode.MODEL_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /**
     * What a model takes over beside the parts in the draft.
     *
     * @param config the configuration's JSON
     * @param parameters the options
     */
    private record Base(Map<?, ?> config, Map<String, Object> parameters) {
        static final Base NONE = new Base(Map.of(), Map.of());
    }

    private Base inherit(String from, ManifestDraft draft, WeightImport weights) {
        return switch (models.named(from)) {
            case Located.Stored(Manifest manifest) -> {
                String shown = manifest.name().display();
                for (Manifest.Layer layer : manifest.layers()) {
                    if (layer.kind() != LayerKind.OTHER) {
                        boolean own = layer.kind() == LayerKind.MODEL;
                        draft.add(new Manifest.Layer(layer.kind(), "sha256:" + BlobPath.hex(layer.digest()), layer.size(), own ? shown : layer.from()));
                    }
                }
                Map<String, Object> parameters = manifest.last(LayerKind.PARAMS).map(l -> TextLayers.parameters(read(l))).orElse(Map.of());
                yield new Base(manifest.config().flatMap(l -> Json.object(read(l))).orElse(Map.of()), parameters);
            }
            case Located.InPlace place -> {
                weights.copy(place.file(), place.name());
                yield Base.NONE;
            }
        };
    }

    private byte[] read(Manifest.Layer layer) {
        try {
            return BlobPath.read(paths.existingBlob(layer.digest()).orElseThrow());
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.STORE_FAILED, "cannot read " + layer.digest() + " of the model store", e);
        }
    }

    private void texts(CreateRequest request, Base base, Optional<KnownTemplates.Found> found, ManifestDraft draft) {
        replace(draft, LayerKind.TEMPLATE, request.template().or(() -> found.map(KnownTemplates.Found::template)));
        replace(draft, LayerKind.SYSTEM, request.system());
        request.licenses().forEach(license -> draft.add(LayerKind.LICENSE, license.getBytes(StandardCharsets.UTF_8)));
        Map<String, Object> parameters = new LinkedHashMap<>(base.parameters());
        found.ifPresent(known -> parameters.put("stop", known.stops()));
        parameters.putAll(request.parameters());
        draft.drop(LayerKind.PARAMS);
        if (!parameters.isEmpty()) {
            draft.add(LayerKind.PARAMS, JsonBytes.of(parameters));
        }
        if (!request.messages().isEmpty()) {
            draft.drop(LayerKind.MESSAGES);
            draft.add(LayerKind.MESSAGES, JsonBytes.of(messages(request.messages())));
        }
    }

    private static void replace(ManifestDraft draft, LayerKind kind, Optional<String> text) {
        text.ifPresent(t -> {
            draft.drop(kind);
            if (!t.isEmpty()) {
                draft.add(kind, t.getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    private static List<Map<String, Object>> messages(List<Message> messages) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (Message message : messages) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("role", message.role());
            map.put("content", message.content());
            list.add(map);
        }
        return list;
    }

    /** A template that nothing can render would make a model that answers nothing. */
    private TemplateEngine checked(String template) {
        for (TemplateEngine engine : services.all(TemplateEngine.class)) {
            if (engine.accepts(template)) {
                try {
                    engine.compile(template);
                    return engine;
                } catch (RuntimeFailure e) {
                    throw new RuntimeFailure(ErrorCode.TEMPLATE_INVALID, "template error: " + e.getMessage(), e);
                }
            }
        }
        throw new RuntimeFailure(ErrorCode.TEMPLATE_INVALID, "template error: no template engine for this template's language is installed");
    }
}
