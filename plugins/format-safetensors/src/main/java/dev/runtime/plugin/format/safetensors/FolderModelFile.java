package dev.runtime.plugin.format.safetensors;

import dev.runtime.api.model.MappedFiles;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.plugin.format.safetensors.weights.Content;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An open folder; owns the mappings. Tensors that must be converted are converted when they are first asked for, and kept
 * until the folder is closed; {@link #lend} keeps nothing.
 */
final class FolderModelFile implements ModelFile {
    private static final int ALIGNMENT = 64;

    private final Path path;
    private final MappedFiles files;
    private final Metadata metadata;
    private final List<TensorInfo> tensors;
    private final Map<String, TensorInfo> byName = new LinkedHashMap<>();
    private final Map<TensorInfo, Content> contents;
    private final Map<TensorInfo, MemorySegment> converted = new ConcurrentHashMap<>();

    FolderModelFile(Path path, MappedFiles files, Metadata metadata, Map<TensorInfo, Content> contents) {
        this.path = path;
        this.files = files;
        this.metadata = metadata;
        this.contents = contents;
        this.tensors = List.copyOf(contents.keySet());
        tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public String format() {
        return SafetensorsFormat.NAME;
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
        return Optional.ofNullable(byName.get(name));
    }

    @Override
    public MemorySegment data(TensorInfo tensor) {
        Content content = content(tensor);
        return content.mapped().orElseGet(() -> converted.computeIfAbsent(tensor, _ -> write(content, files.arena())));
    }

    @Override
    public void lend(TensorInfo tensor, Reader reader) throws IOException {
        Content content = content(tensor);
        MemorySegment kept = content.mapped().orElse(converted.get(tensor));
        if (kept != null) {
            reader.read(kept);
            return;
        }
        try (Arena once = Arena.ofShared()) {
            reader.read(write(content, once));
        }
    }

    private static MemorySegment write(Content content, Arena arena) {
        MemorySegment target = arena.allocate(content.bytes(), ALIGNMENT);
        content.write(target);
        return target.asReadOnly();
    }

    private Content content(TensorInfo tensor) {
        Content content = contents.get(tensor);
        if (content == null) {
            throw new IllegalArgumentException("no tensor " + tensor + " in " + path.getFileName());
        }
        return content;
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
