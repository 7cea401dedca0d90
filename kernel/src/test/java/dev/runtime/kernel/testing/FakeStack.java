package dev.runtime.kernel.testing;

import dev.runtime.api.Cancellation;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.model.Capability;
import dev.runtime.api.model.ModelInfo;
import dev.runtime.kernel.engine.EngineModel;
import dev.runtime.kernel.engine.EngineOptions;
import dev.runtime.kernel.engine.SpillOptions;
import dev.runtime.kernel.event.EventBus;
import dev.runtime.kernel.store.StoredModel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Everything that an engine needs, without hardware: format, architecture, tokenizer, one device, events. */
public final class FakeStack {
    /** The format. */
    public final FakeFormat format = new FakeFormat();
    /** The only device. */
    public final FakeDevice device = new FakeDevice("fake:0", DeviceInfo.Kind.CPU);
    /** Its backend. */
    public final FakeBackend backend = new FakeBackend("fake", List.of(device));
    /** The registry that has all of them. */
    public final FakeServices services =
            new FakeServices(format, new FakeArchitecture(), new FakeTokenizer.Factory(), backend);
    /** The events. */
    public final EventBus events = new EventBus(services);

    private final Path folder;

    /** Creates a stack whose model files lie in a folder. */
    public FakeStack(Path folder) {
        this.folder = folder;
    }

    /** Writes a model of the architecture {@code fake} and returns it as the store would. */
    public StoredModel model(String name, Map<String, ?> metadata) {
        Map<String, Object> all = new LinkedHashMap<>(Map.of("general.architecture", "fake"));
        all.putAll(metadata);
        Path file = FakeFormat.write(folder, name + ".fake", all);
        ModelInfo info = new ModelInfo(name, "0".repeat(64), 1, Instant.EPOCH, "fake", "fake", List.of("fake"), "", "", 256, 32, "",
                Set.of(Capability.COMPLETION));
        return new StoredModel(info, file, List.of(), List.of(), Optional.empty(), Optional.empty(), Map.of(), List.of(), List.of(), "", "");
    }

    /** Loads a model. */
    public EngineModel load(StoredModel model, EngineOptions options) {
        return EngineModel.load(model, options, services, events, SpillOptions.NONE, Cancellation.none(), () -> {});
    }
}
