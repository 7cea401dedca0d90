package dev.runtime.plugin.architectures;

import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model's directory with one thing changed; its data must not be touched.
 *
 * @param metadata the keys
 * @param directory the tensors by name
 */
record DamagedModelFile(Metadata metadata, Map<String, TensorInfo> directory) implements ModelFile {
    static DamagedModelFile of(ModelFile whole) {
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        whole.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
        return new DamagedModelFile(whole.metadata(), tensors);
    }

    DamagedModelFile with(String key, Object value) {
        return new DamagedModelFile(metadata.with(key, value), directory);
    }

    DamagedModelFile without(TensorInfo tensor) {
        Map<String, TensorInfo> tensors = new LinkedHashMap<>(directory);
        tensors.remove(tensor.name());
        return new DamagedModelFile(metadata, tensors);
    }

    /** One block more in the first dimension. */
    DamagedModelFile widened(TensorInfo tensor) {
        long[] shape = tensor.shape();
        shape[0] += tensor.type().blockSize();
        Map<String, TensorInfo> tensors = new LinkedHashMap<>(directory);
        tensors.put(tensor.name(), new TensorInfo(tensor.name(), tensor.type(), shape));
        return new DamagedModelFile(metadata, tensors);
    }

    @Override
    public Path path() {
        return Path.of("damaged");
    }

    @Override
    public String format() {
        return "fake";
    }

    @Override
    public List<TensorInfo> tensors() {
        return new ArrayList<>(directory.values());
    }

    @Override
    public Optional<TensorInfo> tensor(String name) {
        return Optional.ofNullable(directory.get(name));
    }

    @Override
    public MemorySegment data(TensorInfo tensor) {
        throw new AssertionError("a graph is built without touching data");
    }

    @Override
    public void close() {}
}
