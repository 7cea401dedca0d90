package dev.runtime.kernel.store;

import dev.runtime.api.Cancellation;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.WeightWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes what {@link FakeFormat} reads, with the level's number as {@code general.file_type}. */
final class FakeWriter implements WeightWriter {
    private static final Map<String, Integer> LEVELS = Map.of("F16", 1, "Q8_0", 7, "Q4_K_M", 15);

    boolean fails;

    @Override
    public String format() {
        return "fake";
    }

    @Override
    public List<String> levels() {
        return List.of("F16", "Q8_0", "Q4_K_M");
    }

    @Override
    public Optional<String> level(String spelling) {
        return levels().stream().filter(spelling.toUpperCase(Locale.ROOT)::equals).findFirst();
    }

    @Override
    public String levelOf(ModelFile model) {
        long type = model.metadata().integer("general.file_type", 1);
        return levels().stream().filter(level -> LEVELS.get(level) == type).findFirst().orElse("F16");
    }

    @Override
    public void write(ModelFile source, Optional<String> level, WritableByteChannel target, Progress progress, Cancellation cancellation)
            throws IOException {
        StringBuilder text = new StringBuilder("FAKE\n");
        source.metadata().asMap().forEach((key, value) -> text.append(key).append('=')
                .append(key.equals("general.file_type") && level.isPresent() ? LEVELS.get(level.get()) : value).append('\n'));
        source.tensors().forEach(t -> text.append("tensor ").append(t.name()).append(' ').append(t.type()).append(' ').append(t.dim(0)).append('\n'));
        ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
        target.write(bytes.slice(0, 3));
        progress.at(3, bytes.remaining());
        if (fails) {
            throw new IOException("the disk is full");
        }
        target.write(bytes.slice(3, bytes.remaining() - 3));
        progress.at(bytes.remaining(), bytes.remaining());
    }
}
