package dev.runtime.plugin.dialect;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.model.ModelInfo;
import dev.runtime.api.model.Models;
import java.util.Optional;

/** Finds the model of a request, and says in each route's own words what is wrong. */
public final class ModelLookup {
    /** Whose words failures have: clients compare them, and they differ. */
    public enum Route {
        /** Completion of a text. */
        GENERATE,
        /** Conversation. */
        CHAT,
        /** Embeddings of many texts. */
        EMBED,
        /** The embedding of one text. */
        EMBEDDINGS,
        /** Facts of a model. */
        SHOW
    }

    /**
     * A model that exists.
     *
     * @param reference as asked for
     * @param info what it is
     */
    public record Found(ModelReference reference, ModelInfo info) {}

    private final Models models;

    /** Creates a lookup in a store. */
    public ModelLookup(Models models) {
        this.models = models;
    }

    /**
     * Finds a model.
     *
     * @param given what the client wrote
     * @throws RuntimeFailure with {@code request.invalid} or {@code model.not_found} if nothing was given, with
     *     {@code model.name_invalid}, with {@code model.not_found}, or with {@code auth.forbidden} for a remote model
     */
    public Found find(String given, HttpExchange exchange, Route route) {
        ModelReference reference = ModelReference.of(given, exchange);
        if (reference.name().isEmpty()) {
            throw switch (route) {
                case GENERATE, EMBED -> new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND, "model '' not found");
                case CHAT, EMBEDDINGS, SHOW -> new RuntimeFailure(ErrorCode.REQUEST_INVALID, "model is required");
            };
        }
        if (reference.cloud()) {
            throw new RuntimeFailure(ErrorCode.FORBIDDEN, "ollama cloud is disabled: remote model "
                    + (route == Route.SHOW ? "details are" : "is") + " unavailable");
        }
        return new Found(reference, info(reference.name()).orElseThrow(() -> missing(reference, route)));
    }

    private Optional<ModelInfo> info(String name) {
        try {
            return models.find(name);
        } catch (RuntimeFailure e) {
            throw e.code() == ErrorCode.MODEL_NAME_INVALID ? ModelReference.invalid() : e;
        }
    }

    private RuntimeFailure missing(ModelReference reference, Route route) {
        return new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND, switch (route) {
            case GENERATE, CHAT -> "model '" + reference.given() + "' not found";
            case EMBED, EMBEDDINGS -> "model \"" + reference.given() + "\" not found, try pulling it first";
            case SHOW -> "model '" + models.displayName(reference.name()) + "' not found";
        });
    }
}
