package dev.runtime.api.testkit;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.LoadedModel;
import dev.runtime.api.model.Capability;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelDetails;
import dev.runtime.api.model.ModelInfo;
import dev.runtime.api.model.ModelParts;
import dev.runtime.api.model.Models;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A store in memory. Names are compared without case, default host, owner and tag; paths by their text. */
public final class FakeModels implements Models {
    private static final String HOST = "registry.ollama.ai/";
    private static final String OWNER = HOST + "library/";

    private final List<ModelDetails> all = new ArrayList<>();

    /** Adds a model. */
    public FakeModels with(ModelDetails details) {
        all.add(details);
        return this;
    }

    /** Adds a model without particulars. */
    public FakeModels with(String name, Capability... capabilities) {
        return with(details(info(name, capabilities)));
    }

    /** Returns a list entry without particulars. */
    public static ModelInfo info(String name, Capability... capabilities) {
        return new ModelInfo(shortest(name), "ab".repeat(32), 1000, Instant.parse("2026-08-01T10:00:00.5Z"), "gguf", "llama", List.of("llama"),
                "3.2B", "Q4_K_M", 4096, 64, "", Set.of(capabilities));
    }

    /** Returns particulars with nothing in them. */
    public static ModelDetails details(ModelInfo info) {
        return new ModelDetails(info, Path.of("/store/blobs/sha256-00"), ModelParts.NONE, new Metadata(Map.of("general.architecture", "llama")), List.of(),
                "", "", List.of(), Map.of(), List.of());
    }

    /** Returns a loaded model on the processor that stays for ever. */
    public static LoadedModel loaded(ModelInfo info) {
        return new LoadedModel(info, 2000, 0, "cpu", 4096, Instant.MAX, 0);
    }

    @Override
    public List<ModelInfo> list() {
        return all.stream().map(ModelDetails::info).toList();
    }

    @Override
    public Optional<ModelInfo> find(String reference) {
        return look(reference).map(ModelDetails::info);
    }

    @Override
    public ModelDetails details(String reference) {
        return look(reference).orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND, "no model " + reference));
    }

    @Override
    public String displayName(String reference) {
        return shortest(reference);
    }

    @Override
    public String fullName(String reference) {
        String name = shortest(reference);
        if (!name.contains("/")) {
            return OWNER + name;
        }
        return isPath(name) || name.indexOf('/') != name.lastIndexOf('/') ? name : HOST + name;
    }

    private Optional<ModelDetails> look(String reference) {
        if (reference.isBlank() || reference.contains(" ") || reference.contains("!")) {
            throw new RuntimeFailure(ErrorCode.MODEL_NAME_INVALID, "no valid name: " + reference);
        }
        String wanted = shortest(reference).toLowerCase(Locale.ROOT);
        return all.stream().filter(d -> d.info().name().toLowerCase(Locale.ROOT).equals(wanted)).findFirst();
    }

    private static String shortest(String name) {
        String rest = name;
        for (String usual : List.of(OWNER, HOST)) {
            rest = rest.startsWith(usual) ? rest.substring(usual.length()) : rest;
        }
        return rest.startsWith("/") || rest.indexOf(':', rest.lastIndexOf('/') + 1) >= 0 ? rest : rest + ":latest";
    }
}
