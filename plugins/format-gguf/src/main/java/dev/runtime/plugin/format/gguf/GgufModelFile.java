package dev.runtime.plugin.format.gguf;

import dev.runtime.api.model.MappedFiles;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An open model of one file or several shards; owns the mappings. */
final class GgufModelFile implements ModelFile {
    private record Entry(TensorInfo info, MemorySegment data) {}

    private final Path path;
    private final MappedFiles files;
    private final Metadata metadata;
    private final List<TensorInfo> tensors;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    GgufModelFile(Path path, MappedFiles files, Metadata metadata, Map<TensorInfo, MemorySegment> data) {
        this.path = path;
        this.files = files;
        this.metadata = metadata;
        this.tensors = List.copyOf(data.keySet());
        data.forEach((info, segment) -> entries.put(info.name(), new Entry(info, segment)));
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public String format() {
        return GgufFormat.NAME;
    }

    @Override
    public Metadata metadata() {
        return metadata;
    }

    @Override
    public List<TensorInfo> tensors() {
        return tensors;
    }

    @Override
    public Optional<TensorInfo> tensor(String name) {
        return Optional.ofNullable(entries.get(name)).map(Entry::info);
    }

    @Override
    public MemorySegment data(TensorInfo tensor) {
        Entry entry = entries.get(tensor.name());
        if (entry == null || !entry.info().equals(tensor)) {
            throw new IllegalArgumentException("no tensor " + tensor + " in " + path.getFileName());
        }
        return entry.data();
    }

    @Override
    public void read(TensorInfo tensor, long offset, MemorySegment target) {
        files.read(data(tensor), offset, target);
    }

    @Override
    public void close() {
        files.close();
    }
}
