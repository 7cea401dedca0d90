package dev.runtime.api.event;

import dev.runtime.api.Extension;
import dev.runtime.api.Stable;

/** Observes events. Called on the thread that caused the event: implementations are quick and do not throw. */
@Stable
public interface Listener extends Extension {
    /** Takes an event. */
    void on(RuntimeEvent event);
}
