package dev.runtime.kernel.event;

import dev.runtime.api.event.RuntimeEvent;

/** Writes bus events into a running flight recording; costs next to nothing without one. */
final class FlightRecord {
    private FlightRecord() {}

    static void write(RuntimeEvent event) {
        switch (event) {
            case RuntimeEvent.ModelLoading _ -> { }
            case RuntimeEvent.ModelLoaded e -> {
                ModelLoadEvent record = new ModelLoadEvent();
                record.model = e.model();
                record.device = e.device();
                record.bytes = e.bytes();
                record.took = e.took().toNanos();
                record.commit();
            }
            case RuntimeEvent.ModelUnloaded e -> {
                ModelUnloadEvent record = new ModelUnloadEvent();
                record.model = e.model();
                record.reason = e.reason();
                record.commit();
            }
            case RuntimeEvent.RequestEnded e -> {
                RequestEvent record = new RequestEvent();
                record.model = e.model();
                record.outcome = e.outcome();
                record.took = e.took().toNanos();
                record.queued = e.usage().queued().toNanos();
                record.load = e.usage().load().toNanos();
                record.promptTime = e.usage().promptTime().toNanos();
                record.outputTime = e.usage().outputTime().toNanos();
                record.promptTokens = e.usage().promptTokens();
                record.cachedTokens = e.usage().cachedTokens();
                record.outputTokens = e.usage().outputTokens();
                record.commit();
            }
            case RuntimeEvent.PluginChanged e -> {
                PluginEvent record = new PluginEvent();
                record.plugin = e.id();
                record.state = e.state();
                record.detail = e.detail();
                record.commit();
            }
        }
    }
}
