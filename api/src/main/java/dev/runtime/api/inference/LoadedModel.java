package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import dev.runtime.api.model.ModelInfo;
import java.time.Instant;

/**
 * A model in memory.
 *
 * @param info the model
 * @param size bytes in use, mapped weights included
 * @param deviceSize the part of it on GPUs
 * @param device where it runs
 * @param contextLength positions of a sequence
 * @param expires when it will be unloaded if idle; {@link Instant#MAX} for never
 * @param active requests being served
 */
@Stable
public record LoadedModel(
        ModelInfo info, long size, long deviceSize, String device, int contextLength, Instant expires, int active) {}
