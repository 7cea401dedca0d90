package dev.runtime.kernel.engine;

import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.model.Adapter;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.plugin.Services;
import dev.runtime.kernel.store.StoredModel;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The weights of a model and of the adapters that are stored with it. */
record AdapterFiles(ModelFile file, List<Adapter> adapters) implements WeightSource {
    /**
     * Opens the adapters of a model.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code model.file_invalid} or {@code model.load_failed}
     */
    static AdapterFiles open(StoredModel model, ModelFile file, Services services, Resources resources) {
        List<Adapter> adapters = new ArrayList<>();
        for (int i = 0; i < model.adapters().size(); i++) {
            String id = "adapter-" + i;
            ModelFile opened = resources.add(WeightFile.open(id + " of " + model.info().name(), model.adapters().get(i), services)).file();
            adapters.add(new Adapter(id, opened, 1));
        }
        return new AdapterFiles(file, adapters);
    }

    @Override
    public MemorySegment data(TensorInfo tensor) {
        Place place = place(tensor);
        return place.file().data(place.tensor());
    }

    @Override
    public void read(TensorInfo tensor, long offset, MemorySegment target) {
        Place place = place(tensor);
        place.file().read(place.tensor(), offset, target);
    }

    private record Place(ModelFile file, TensorInfo tensor) {}

    private Place place(TensorInfo tensor) {
        for (Adapter adapter : adapters) {
            Optional<TensorInfo> own = adapter.tensor(tensor.name());
            if (own.isPresent()) {
                return new Place(adapter.file(), own.get());
            }
        }
        return new Place(file, tensor);
    }
}
