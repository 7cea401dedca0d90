package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.model.ModelInfo;
import dev.runtime.api.model.Models;
import java.util.Optional;

/** Finds the model of a request, and says in each route's own words what is wrong. */
final class ModelLookup {
    /** The words of a route. */
    enum Route {
        GENERATE,
        CHAT,
        EMBED,
        EMBEDDINGS,
        SHOW
    }

    /**
     * A model that exists.
     *
     * @param reference as asked for
     * @param info what it is
     */
    record Found(ModelReference reference, ModelInfo info) {}

    private final Models models;

    ModelLookup(Models models) {
        this.models = models;
    }

    Found find(String given, HttpExchange exchange, Route route) {
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
