package dev.runtime.kernel.generate;

import dev.runtime.api.Cancellation;
import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.inference.EmbedResult;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.GenerationEvent.Content;
import dev.runtime.api.inference.GenerationEvent.Done;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.model.ModelInfo;
import dev.runtime.api.source.Provider;
import dev.runtime.kernel.schedule.StoredModels;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Serves names that begin with {@code far/}. */
final class FakeProvider implements Provider {
    @Override
    public String name() {
        return "far";
    }

    @Override
    public List<ModelInfo> models() {
        return List.of(StoredModels.named("far/model").info());
    }

    @Override
    public boolean accepts(String model) {
        return model.startsWith("far/");
    }

    @Override
    public void generate(GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> events) {
        events.accept(new Content("from afar", List.of()));
        Usage usage = new Usage(1, 0, 7, Duration.ofNanos(1), Duration.ofNanos(1), Duration.ofNanos(1), Duration.ofNanos(1),
                Duration.ofNanos(1));
        events.accept(new Done(FinishReason.STOP, usage, List.of(), new int[0]));
    }

    @Override
    public EmbedResult embed(EmbedRequest request, Cancellation cancellation) {
        return new EmbedResult(List.of(new float[] {1}), Usage.NONE, List.of());
    }
}
