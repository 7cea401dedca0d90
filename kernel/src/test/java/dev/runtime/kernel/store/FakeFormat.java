package dev.runtime.kernel.store;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelFormat;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Weight files as text: {@code FAKE}, then {@code key=value} lines and {@code tensor NAME TYPE 4,8} lines. A line {@code damaged} or
 * {@code unsupported} makes it so.
 */
final class FakeFormat implements ModelFormat {
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public boolean accepts(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(4), new byte[] {'F', 'A', 'K', 'E'});
        }
    }

    @Override
    public ModelFile open(Path path) throws IOException {
        Map<String, Object> metadata = new LinkedHashMap<>();
        List<TensorInfo> tensors = new ArrayList<>();
        for (String line : Files.readAllLines(path).subList(1, Files.readAllLines(path).size())) {
            if (line.equals("damaged")) {
                throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "damaged as wanted");
            } else if (line.equals("unsupported")) {
                throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, "unsupported as wanted");
            } else if (line.startsWith("tensor ")) {
                String[] words = line.split(" ");
                long[] shape = Arrays.stream(words[3].split(",")).mapToLong(Long::parseLong).toArray();
                tensors.add(new TensorInfo(words[1], TensorType.valueOf(words[2]), shape));
            } else if (line.contains("=")) {
                String value = line.substring(line.indexOf('=') + 1);
                metadata.put(line.substring(0, line.indexOf('=')), value.matches("\\d+") ? (Object) Long.valueOf(value)
                        : value.matches("true|false") ? (Object) Boolean.valueOf(value) : value);
            }
        }
        opened.incrementAndGet();
        open.incrementAndGet();
        return new Opened(path, new Metadata(metadata), List.copyOf(tensors), open);
    }

    private record Opened(Path path, Metadata metadata, List<TensorInfo> tensors, AtomicInteger open) implements ModelFile {
        @Override
        public String format() {
            return "fake";
        }

        @Override
        public Optional<TensorInfo> tensor(String name) {
            return tensors.stream().filter(t -> t.name().equals(name)).findFirst();
        }

        @Override
        public MemorySegment data(TensorInfo tensor) {
            throw new AssertionError("the store never reads tensors");
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }
}
