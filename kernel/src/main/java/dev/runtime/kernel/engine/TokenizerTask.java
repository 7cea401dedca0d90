package dev.runtime.kernel.engine;

import dev.runtime.api.model.Metadata;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.api.text.TokenizerFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A tokenizer that is made on a thread of its own while its model's weights are taken: large vocabularies last. */
final class TokenizerTask implements AutoCloseable {
    private final CompletableFuture<Tokenizer> made;

    /** Starts. */
    TokenizerTask(String model, TokenizerFactory factory, Metadata metadata) {
        made = CompletableFuture.supplyAsync(() -> factory.create(metadata), Thread.ofPlatform().daemon().name("tokenizer-" + model)::start);
    }

    /**
     * Waits for the tokenizer.
     *
     * @throws dev.runtime.api.RuntimeFailure and whatever else {@link TokenizerFactory#create} throws
     */
    Tokenizer await() {
        try {
            return made.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error error -> throw error;
                default -> throw e;
            }
        }
    }

    /** Waits until the thread reads the file no more. */
    @Override
    public void close() {
        made.handle((tokenizer, failure) -> tokenizer).join();
    }
}
