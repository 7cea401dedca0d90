package dev.runtime.kernel.engine;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.Backend;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.DeviceInfo;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The devices that may run a model, the first one to be tried first.
 *
 * @param candidates each with the backend it comes from
 * @param reason why they are in this order, for the log
 */
public record DeviceChoice(List<Candidate> candidates, String reason) {
    /** The rank of processors; GPUs that go before them have smaller ones. */
    private static final int PROCESSOR = 2;

    private static final System.Logger LOG = System.getLogger(DeviceChoice.class.getName());

    /** A device and who brought it. */
    public record Candidate(Backend backend, Device device) {}

    /**
     * Chooses.
     *
     * @param wanted name of a backend or id of a device; without, GPUs with memory of their own go first, the one with most free memory, and
     *     backends that are not likely to have any are not asked
     * @throws RuntimeFailure with {@code config.invalid} and the known names if there is no such device
     */
    public static DeviceChoice of(List<Backend> backends, Optional<String> wanted) {
        if (wanted.isPresent()) {
            String name = wanted.get();
            List<Candidate> matching = matching(all(likely(backends)), name);
            if (matching.isEmpty()) {
                List<Candidate> all = all(backends);
                matching = matching(all, name);
                if (matching.isEmpty()) {
                    throw new RuntimeFailure(ErrorCode.CONFIG_INVALID, "no device '" + name + "'; there are "
                            + all.stream().map(c -> c.device.info().id()).toList());
                }
            }
            return new DeviceChoice(matching, "'" + name + "' was asked for");
        }
        List<Candidate> all = all(likely(backends));
        List<Candidate> ordered = new ArrayList<>(all);
        ordered.sort(Comparator.comparingInt((Candidate c) -> rank(c.device.info()))
                .thenComparingLong(c -> rank(c.device.info()) < PROCESSOR ? -c.device.freeBytes() : 0));
        boolean gpu = !ordered.isEmpty() && rank(ordered.getFirst().device.info()) < PROCESSOR;
        return new DeviceChoice(ordered, gpu ? "a GPU goes first, the one with most free memory"
                : all.stream().anyMatch(c -> c.device.info().kind() == DeviceInfo.Kind.INTEGRATED_GPU)
                ? "a GPU that shares the processor's memory is used only where it is asked for" : "no backend found a GPU");
    }

    /** Returns the processor that shares a model with devices that cannot run all of it. */
    static Optional<Candidate> processor(List<Backend> backends) {
        return all(likely(backends)).stream().filter(c -> c.device.info().kind() == DeviceInfo.Kind.CPU).findFirst();
    }

    /** Returns the devices in that order. */
    public List<Device> devices() {
        return candidates.stream().map(Candidate::device).toList();
    }

    /** Returns them with those that do what images need before the others. */
    List<Device> seeingFirst() {
        return Stream.concat(devices().stream().filter(Device::images), devices().stream().filter(d -> !d.images())).toList();
    }

    /** Returns the backend of a device of this choice, or of the processor that shares the model. */
    Backend backend(Device device, Optional<Candidate> processor) {
        return Stream.concat(candidates.stream(), processor.stream()).filter(c -> c.device == device).findFirst().orElseThrow().backend;
    }

    /** Has likely backends look for their devices, which lasts a moment the first time; what fails is told when a device is chosen. */
    static void look(List<Backend> backends) {
        for (Backend backend : likely(backends)) {
            try {
                backend.devices();
            } catch (RuntimeException | LinkageError e) {
                LOG.log(Level.DEBUG, "backend " + backend.name() + " failed to look for devices", e);
            }
        }
    }

    private static List<Backend> likely(List<Backend> backends) {
        return backends.stream().filter(Backend::likely).toList();
    }

    private static List<Candidate> matching(List<Candidate> all, String name) {
        List<Candidate> devices = all.stream().filter(c -> c.device.info().id().equalsIgnoreCase(name)).toList();
        return devices.isEmpty() ? all.stream().filter(c -> c.backend.name().equalsIgnoreCase(name)).toList() : devices;
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

    /**
     * The order without a wish. A GPU that shares the processor's memory but not the mapped weights reads no faster than the processor; and
     * what is none of these may well be a GPU in software.
     */
    private static int rank(DeviceInfo device) {
        return switch (device.kind()) {
            case DISCRETE_GPU -> 0;
            case INTEGRATED_GPU -> device.unifiedMemory() ? 1 : PROCESSOR + 1;
            case CPU -> PROCESSOR;
            case OTHER -> PROCESSOR + 2;
        };
    }
}
