package dev.runtime.kernel.schedule;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.Backend;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.model.Architecture;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelFormat;
import dev.runtime.api.model.ModelShape;
import dev.runtime.api.plugin.Services;
import dev.runtime.kernel.engine.DeviceChoice;
import dev.runtime.kernel.engine.EngineEstimate;
import dev.runtime.kernel.engine.EngineOptions;
import dev.runtime.kernel.store.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Compares an estimate from the model's hyper-parameters with the free memory of the devices that it may run on. For the processor
 * that is the host's memory, mapped weights included, since weights that do not stay in memory are read again for every token.
 */
public final class FreeMemoryPlan implements MemoryPlan {
    /** The estimate is not exact, and programs beside this one need memory too. */
    private static final double SHARE = 0.8;

    /** Sequences and tokens of a step that the engine chooses at most where nobody says. */
    private static final int PARALLEL = 4;
    private static final int BATCH = 1024;

    private final Services services;
    private final SystemMemory host = new SystemMemory();

    /** Creates a plan for the devices of all backends. */
    public FreeMemoryPlan(Services services) {
        this.services = services;
    }

    @Override
    public boolean fits(StoredModel model, EngineOptions options) {
        return estimate(model, options) <= available(options) * SHARE;
    }

    @Override
    public int gpus() {
        return (int) DeviceChoice.of(services.all(Backend.class), Optional.empty()).devices().stream()
                .filter(device -> device.info().kind() != DeviceInfo.Kind.CPU).count();
    }

    private long estimate(StoredModel model, EngineOptions options) {
        try {
            long bytes = Files.size(model.weights());
            for (Path part : model.projectors()) {
                bytes = Math.addExact(bytes, Files.size(part));
            }
            if (model.draft().isPresent()) {
                bytes = Math.addExact(bytes, Files.size(model.draft().get()));
            }
            int context = options.contextLength() > 0 ? options.contextLength() : Resident.AUTOMATIC_CONTEXT;
            return EngineEstimate.bytes(bytes, shape(model), context, options.parallel() > 0 ? options.parallel() : PARALLEL,
                    options.batch() > 0 ? options.batch() : BATCH);
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.MODEL_LOAD_FAILED, "reading the weights of " + model.info().name() + " failed: " + e, e);
        }
    }

    private ModelShape shape(StoredModel model) throws IOException {
        for (ModelFormat format : services.all(ModelFormat.class)) {
            if (format.accepts(model.weights())) {
                try (ModelFile file = format.open(model.weights())) {
                    String name = file.metadata().requireString("general.architecture");
                    return services.all(Architecture.class).stream().filter(a -> a.names().contains(name)).findFirst()
                            .orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, "no plug-in for the architecture '"
                                    + name + "' (general.architecture) of " + model.info().name() + " is installed")).shape(file);
                }
            }
        }
        throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, "no plug-in reads the weights of " + model.info().name());
    }

    private long available(EngineOptions options) {
        return DeviceChoice.of(services.all(Backend.class), options.device()).devices().stream()
                .mapToLong(device -> device.info().kind() == DeviceInfo.Kind.CPU ? host.available() : device.freeBytes()).max().orElse(0);
    }
}
