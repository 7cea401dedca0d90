package dev.runtime.kernel.generate;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.LoadedModel;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.plugin.Services;
import dev.runtime.api.source.Provider;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Models that run elsewhere: those whose references a provider accepts. */
record Elsewhere(Services services) {
    Optional<Provider> provider(String model) {
        return services.all(Provider.class).stream().filter(p -> p.accepts(model)).findFirst();
    }

    /** Refuses what needs the model's file. */
    void refuse(String model) {
        if (provider(model).isPresent()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED, "\"" + model + "\" runs elsewhere; its tokens are not known here");
        }
    }

    /** Passes a generation on, and returns what the provider counted. */
    static Usage generate(Provider provider, GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> events) {
        Usage[] usage = {Usage.NONE};
        provider.generate(request, cancellation, event -> {
            usage[0] = event instanceof GenerationEvent.Done done ? done.usage() : usage[0];
            events.accept(event);
        });
        return usage[0];
    }

    /** A model elsewhere is always there and takes no memory here. */
    static LoadedModel loaded(Provider provider, String model) {
        return provider.models().stream().filter(info -> info.name().equals(model)).findFirst()
                .map(info -> new LoadedModel(info, 0, 0, provider.name(), info.contextLength(), Instant.MAX, 0))
                .orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND,
                        "model \"" + model + "\" is not among those that " + provider.name() + " offers"));
    }
}
