package dev.runtime.kernel.engine;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.Backend;
import dev.runtime.api.backend.Device;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The devices that may run a model, the first one to be tried first.
 *
 * @param candidates each with the backend it comes from
 * @param reason why they are in this order, for the log
 */
record DeviceChoice(List<Candidate> candidates, String reason) {
    private static final System.Logger LOG = System.getLogger(DeviceChoice.class.getName());

    /** A device and who brought it. */
    record Candidate(Backend backend, Device device) {}

    /**
     * Chooses.
     *
     * @param wanted name of a backend or id of a device; without, GPUs go before everything else
     * @throws RuntimeFailure with {@code config.invalid} and the known names if there is no such device
     */
    static DeviceChoice of(List<Backend> backends, Optional<String> wanted) {
        List<Candidate> all = all(backends);
        if (wanted.isPresent()) {
            String name = wanted.get();
            List<Candidate> matching = all.stream().filter(c -> c.device.info().id().equalsIgnoreCase(name)).toList();
            if (matching.isEmpty()) {
                matching = all.stream().filter(c -> c.backend.name().equalsIgnoreCase(name)).toList();
            }
            if (matching.isEmpty()) {
                throw new RuntimeFailure(ErrorCode.CONFIG_INVALID, "no device '" + name + "'; there are "
                        + all.stream().map(c -> c.device.info().id()).toList());
            }
            return new DeviceChoice(matching, "'" + name + "' was asked for");
        }
        List<Candidate> ordered = new ArrayList<>(all.stream().filter(c -> gpu(c.device)).toList());
        String reason = ordered.isEmpty() ? "no backend found a GPU" : "GPUs go first";
        all.stream().filter(c -> !gpu(c.device)).forEach(ordered::add);
        return new DeviceChoice(ordered, reason);
    }

    List<Device> devices() {
        return candidates.stream().map(Candidate::device).toList();
    }

    /** Returns the backend of a device of this choice. */
    Backend backend(Device device) {
        return candidates.stream().filter(c -> c.device == device).findFirst().orElseThrow().backend;
    }

    private static List<Candidate> all(List<Backend> backends) {
        List<Candidate> all = new ArrayList<>();
        for (Backend backend : backends) {
            try {
                backend.devices().forEach(device -> all.add(new Candidate(backend, device)));
            } catch (RuntimeException | LinkageError e) {
                LOG.log(Level.WARNING, "backend " + backend.name() + " failed to look for devices and is not used", e);
            }
        }
        return all;
    }

    private static boolean gpu(Device device) {
        return switch (device.info().kind()) {
            case DISCRETE_GPU, INTEGRATED_GPU -> true;
            case CPU, OTHER -> false;
        };
    }
}
