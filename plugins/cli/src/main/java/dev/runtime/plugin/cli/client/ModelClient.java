package dev.runtime.plugin.cli.client;

import dev.runtime.api.Cancellation;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

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
     * A model in detail; texts are empty where there is none.
     *
     * @param facts rows of the overview, label to value
     * @param capabilities lower-case words
     * @param sections longer texts: {@code license}, {@code modelfile}, {@code parameters}, {@code template}, {@code system}
     */
    record Card(Map<String, String> facts, Set<String> capabilities, Map<String, String> sections) {}

    /** Returns where the answers come from, for {@code doctor} and messages. */
    String place();

    List<Stored> list();

    List<Running> running();

    Card show(String model);

    /** Unloads a model, which must exist. */
    void stop(String model);

    /** Generates; see {@link dev.runtime.api.inference.Inference#generate}. */
    void generate(GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> events);
}
