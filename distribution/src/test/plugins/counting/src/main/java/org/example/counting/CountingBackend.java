package org.example.counting;

import dev.runtime.api.ExtensionContext;
import dev.runtime.api.backend.Backend;
import dev.runtime.api.backend.Device;
import java.util.List;
import java.util.Optional;

/** Puts a counting device over the scalar reference of the CPU backend. */
public final class CountingBackend implements Backend {
    private Optional<ExtensionContext> context = Optional.empty();

    @Override
    public void start(ExtensionContext given) {
        context = Optional.of(given);
    }

    @Override
    public String name() {
        return "counting";
    }

    @Override
    public List<Device> devices() {
        return context.stream().flatMap(c -> c.runtime().services().all(Backend.class).stream())
                .filter(backend -> backend.name().equals("cpu"))
                .flatMap(backend -> backend.devices().stream())
                .filter(device -> device.info().id().equals("cpu-scalar"))
                .<Device>map(CountingDevice::new).toList();
    }

    @Override
    public void stop() {
        context = Optional.empty();
    }
}
