package dev.runtime.kernel.testing;

import dev.runtime.api.backend.Backend;
import dev.runtime.api.backend.Device;
import java.util.List;

/** A backend of given devices. */
public record FakeBackend(String name, List<Device> devices) implements Backend {
    /** Copies. */
    public FakeBackend {
        devices = List.copyOf(devices);
    }
}
