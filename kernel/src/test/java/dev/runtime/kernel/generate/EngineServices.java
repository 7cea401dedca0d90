package dev.runtime.kernel.generate;

import dev.runtime.api.model.TensorType;
import dev.runtime.kernel.engine.EngineModel;
import dev.runtime.kernel.engine.SpillOptions;
import dev.runtime.kernel.schedule.EngineRunner;
import dev.runtime.kernel.schedule.FreeMemoryPlan;
import dev.runtime.kernel.schedule.SchedulePolicy;
import dev.runtime.kernel.schedule.Scheduler;
import dev.runtime.kernel.schedule.ThreadTimers;
import dev.runtime.kernel.store.StoredModel;
import dev.runtime.kernel.testing.FakeStack;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Services with the real scheduler and the real engine, on a device that is not there. */
final class EngineServices {
    private EngineServices() {}

    /** Opens a service of some models, which publishes to the events of the stack. */
    static InferenceService open(FakeStack stack, Map<String, StoredModel> stored, int maxLoaded, int parallel) {
        Scheduler scheduler = new Scheduler(new SchedulePolicy(maxLoaded, 100, Duration.ofMinutes(5), Duration.ofMinutes(5)),
                (model, options, cancellation, progress) ->
                        new EngineRunner(EngineModel.load(model, options, stack.services, stack.events, SpillOptions.NONE, cancellation, progress)),
                new FreeMemoryPlan(stack.services), new ThreadTimers(), stack.events::publish);
        return new InferenceService(new FakeCatalog(stored), stack.services, scheduler,
                new EngineDefaults(0, parallel, 0, Optional.empty(), TensorType.F16, false, false), false, new RequestLog(stack.events::publish));
    }
}
