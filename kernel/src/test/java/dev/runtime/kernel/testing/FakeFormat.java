package dev.runtime.kernel.testing;

import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelFormat;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Text files: the line {@code fake model}, then {@code key=value} lines; numbers and truth values are recognised. */
public final class FakeFormat implements ModelFormat {
    private static final String MAGIC = "fake model";

    /** Files that are open. */
    public final AtomicInteger open = new AtomicInteger();

    /** Returns an open model that is no file. */
    public static ModelFile memory(Map<String, Object> metadata) {
        return new FakeFile(Path.of("memory"), new Metadata(metadata), new AtomicInteger());
    }

    /** Writes a model file. */
    public static Path write(Path folder, String name, Map<String, ?> metadata) {
        StringBuilder text = new StringBuilder(MAGIC).append('\n');
        metadata.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public boolean accepts(Path file) throws IOException {
        return Files.readString(file).startsWith(MAGIC);
    }

    @Override
    public ModelFile open(Path file) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        Files.readAllLines(file).stream().skip(1).filter(line -> line.contains("=")).forEach(line -> {
            int at = line.indexOf('=');
            values.put(line.substring(0, at), value(line.substring(at + 1)));
        });
        open.incrementAndGet();
        return new FakeFile(file, new Metadata(values), open);
    }

    private static Object value(String text) {
        return text.matches("-?\\d+") ? (Object) Long.valueOf(text) : text.matches("true|false") ? (Object) Boolean.valueOf(text) : text;
    }

    /** An open fake model; all weights are zero. */
    record FakeFile(Path path, Metadata metadata, AtomicInteger open) implements ModelFile {
        private static final List<TensorInfo> TENSORS = List.of(
                new TensorInfo("table", TensorType.F32, new long[] {FakeArchitecture.WIDTH, FakeLanguage.VOCABULARY}),
                new TensorInfo("square", TensorType.F32, new long[] {FakeArchitecture.WIDTH, FakeArchitecture.WIDTH}),
                new TensorInfo("kernel", TensorType.F32, new long[] {4, FakeArchitecture.WIDTH}));

        @Override
        public String format() {
            return "fake";
        }

        @Override
        public List<TensorInfo> tensors() {
            return TENSORS;
        }

        @Override
        public Optional<TensorInfo> tensor(String name) {
            return TENSORS.stream().filter(t -> t.name().equals(name)).findFirst();
        }

        @Override
        public MemorySegment data(TensorInfo tensor) {
            return MemorySegment.ofArray(new byte[Math.toIntExact(tensor.bytes())]).asReadOnly();
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }
}
