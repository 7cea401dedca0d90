package dev.runtime.plugin.cli.client;

import dev.runtime.api.Cancellation;
import dev.runtime.api.event.Events;
import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Message;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * What commands ask about models, answered by a running server or by the kernel in this process.
 *
 * <p>All methods throw {@link dev.runtime.api.RuntimeFailure} with a message for people.
 */
public interface ModelClient {
    /** A stored model. */
    record Stored(String name, String digest, long size, Instant modified) {}

    /** A loaded model; {@code deviceSize} is the part of its size on GPUs. */
    record Running(String name, String digest, long size, long deviceSize, int context, Instant until) {}

    /**
     * What one has to know of a model to talk with it.
     *
     * @param capabilities lower-case words
     * @param messages the conversation that every one with this model begins with
     */
    record Profile(Set<String> capabilities, List<Message> messages) {
        /** Tells whether it has a capability. */
        public boolean can(String capability) {
            return capabilities.contains(capability);
        }

        /** Tells whether files beside the text mean something to it. */
        public boolean media() {
            return can("vision") || can("audio");
        }
    }

    /** Returns where the answers come from, for {@code doctor} and messages. */
    String place();

    /** Returns the models of the store. */
    List<Stored> list();

    /** Returns the models in memory. */
    List<Running> running();

    /** Returns what one has to know of a model; fails with {@code model.not_found} if there is none. */
    Profile profile(String model);

    /** Unloads a model, which must exist. */
    void stop(String model);

    /** Loads the model of a request with its options; its prompt is not used. */
    void load(GenerateRequest request, Cancellation cancellation);

    /**
     * Tells how much of a model's weights is in memory while one is loaded, from 0 to 100; of a server nothing.
     *
     * @return ends it
     */
    default Events.Subscription loading(IntConsumer percent) {
        return () -> { };
    }

    /** Generates; see {@link dev.runtime.api.inference.Inference#generate}. */
    void generate(GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> events);

    /** Embeds texts; returns a vector for each. */
    List<float[]> embed(EmbedRequest request, Cancellation cancellation);
}
