package org.example.stage;

import dev.runtime.api.inference.EmbedResult;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.testkit.ScriptedInference;
import dev.runtime.plugin.dialect.testkit.Fixture;
import java.time.Duration;
import java.util.List;

/** The scripted engine of the request under way. */
final class Stage {
    /** What every text becomes. */
    private static final float[] VECTOR = {0.1f, -0.2f, 0.3f};
    private static final Usage EMBEDDED = new Usage(8, 0, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    private static volatile ScriptedInference engine = new ScriptedInference();

    private Stage() {}

    /** Sets the script of the next request. */
    static void set(Fixture fixture) {
        ScriptedInference next = new ScriptedInference().plays(fixture.script()).embeds(new EmbedResult(List.of(VECTOR), EMBEDDED, List.of()));
        engine = fixture.has("failure") ? next.fails(fixture.failure()) : next;
    }

    static ScriptedInference engine() {
        return engine;
    }
}
