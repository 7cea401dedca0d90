package dev.runtime.kernel.schedule;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.kernel.engine.EngineOptions;
import dev.runtime.kernel.store.StoredModel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A request that waits for its model. Settled once, under the scheduler's lock. */
final class Pending {
    final String key;
    final StoredModel model;
    final EngineOptions options;
    final KeepAlive keepAlive;
    private final CompletableFuture<Lease> outcome = new CompletableFuture<>();

    Pending(StoredModel model, EngineOptions options, KeepAlive keepAlive) {
        this.key = Resident.key(model);
        this.model = model;
        this.options = options;
        this.keepAlive = keepAlive;
    }

    boolean settled() {
        return outcome.isDone();
    }

    void grant(Lease lease) {
        outcome.complete(lease);
    }

    void fail(RuntimeFailure failure) {
        outcome.completeExceptionally(failure);
    }

    /** Tells whether one load serves both. */
    boolean sameLoad(Pending other) {
        return key.equals(other.key) && options.equals(other.options) && model.adapters().equals(other.model.adapters())
                && model.draft().equals(other.model.draft())
                && model.projectors().equals(other.model.projectors());
    }

    /** Gives back what was or will be granted. */
    void discard() {
        outcome.thenAccept(Lease::close);
    }

    Lease await() throws InterruptedException {
        try {
            return outcome.get();
        } catch (ExecutionException e) {
            // a failure of its own for each who waits, so that its stack says who asked
            throw e.getCause() instanceof RuntimeFailure f ? new RuntimeFailure(f.code(), f.getMessage(), f)
                    : new RuntimeFailure(ErrorCode.INTERNAL, "waiting for a model failed: " + e.getCause(), e.getCause());
        }
    }
}
