package dev.runtime.api.event;

import dev.runtime.api.Stable;
import dev.runtime.api.inference.Usage;
import java.time.Duration;

/** Something that happened; for listeners, metrics and audit. Also written as JFR events by the kernel. */
@Stable
public sealed interface RuntimeEvent {
    /**
     * More of a model's weights is in memory: {@code bytes} of {@code total}. Only of loads that read files ahead, about once a hundredth;
     * no JFR event.
     */
    record ModelLoading(String model, long bytes, long total) implements RuntimeEvent {}

    /** A model was loaded. */
    record ModelLoaded(String model, String device, long bytes, Duration took) implements RuntimeEvent {}

    /** A model was unloaded. */
    record ModelUnloaded(String model, String reason) implements RuntimeEvent {}

    /** A request ended. {@code outcome} is {@code ok} or an error code. */
    record RequestEnded(String model, String outcome, Duration took, Usage usage) implements RuntimeEvent {}

    /** A plug-in changed its state. {@code detail} holds the reason of a refusal, else empty text. */
    record PluginChanged(String id, String state, String detail) implements RuntimeEvent {}
}
