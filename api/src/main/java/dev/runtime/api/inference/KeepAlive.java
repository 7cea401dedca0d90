package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.time.Duration;

/** How long a model stays loaded when idle. */
@Stable
public sealed interface KeepAlive {
    /** What is in force for the model. */
    record Unchanged() implements KeepAlive {}

    /** For so long; zero unloads after the request. */
    record For(Duration duration) implements KeepAlive {}

    /** Until it has to make room. */
    record Forever() implements KeepAlive {}
}
