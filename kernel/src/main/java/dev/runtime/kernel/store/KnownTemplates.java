package dev.runtime.kernel.store;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.plugin.Services;
import dev.runtime.api.text.ChatTemplate;
import dev.runtime.api.text.TemplateEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds a weight file's chat template among those that template languages know by heart. */
record KnownTemplates(Services services, WeightFiles weights) {
    /**
     * A known template.
     *
     * @param name its family
     * @param template its text
     * @param stops texts at which the family's answers end
     */
    record Found(String name, String template, List<String> stops) {}

    Optional<Found> of(Path file) {
        Optional<String> own;
        try (ModelFile model = weights.open(file, "the model")) {
            own = model.metadata().string(WeightSummary.TEMPLATE_KEY).filter(t -> !t.isBlank());
        }
        return own.flatMap(this::compiled).flatMap(template -> services.all(TemplateEngine.class).stream()
                .map(engine -> engine.known(template)).flatMap(Optional::stream).findFirst()
                .map(known -> new Found(known.name(), known.source(), known.stops())));
    }

    private Optional<ChatTemplate> compiled(String source) {
        for (TemplateEngine engine : services.all(TemplateEngine.class)) {
            if (engine.accepts(source)) {
                try {
                    return Optional.of(engine.compile(source));
                } catch (RuntimeFailure _) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
