package dev.runtime.plugin.format.gguf;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.model.WeightWriter;
import dev.runtime.plugin.format.gguf.quant.Level;
import dev.runtime.plugin.format.gguf.quant.Mixture;
import dev.runtime.plugin.format.gguf.quant.RowQuantizer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/** Writes single GGUF files of version 3 and quantises on the way. Tensors keep the order of the source. */
public final class GgufWriter implements WeightWriter {
    private static final String FILE_TYPE = "general.file_type";
    private static final String QUANTIZATION_VERSION = "general.quantization_version";
    /** Facts of the container and not of the model. */
    private static final Set<String> CONTAINER = Set.of("general.alignment", "split.no", "split.count", "split.tensors.count");
    private static final int CHUNK = 4 << 20;

    /** For the service loader. */
    public GgufWriter() {}

    @Override
    public String format() {
        return GgufFormat.NAME;
    }

    @Override
    public List<String> levels() {
        return Arrays.stream(Level.values()).map(Level::name).toList();
    }

    @Override
    public Optional<String> level(String spelling) {
        return Level.of(spelling).map(Level::name);
    }

    @Override
    public String levelOf(ModelFile model) {
        long stated = model.metadata().integer(FILE_TYPE, -1);
        for (Level level : Level.values()) {
            if (level.fileType() == stated && stated > 0) {
                return level.name();
            }
        }
        return most(model).name();
    }

    /** Returns the type that most elements have. */
    private static TensorType most(ModelFile model) {
        Map<TensorType, Long> elements = new EnumMap<>(TensorType.class);
        for (TensorInfo tensor : model.tensors()) {
            elements.merge(tensor.type(), tensor.elements(), Math::addExact);
        }
        return elements.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse(TensorType.F32);
    }

    @Override
    public void write(ModelFile source, Optional<String> level, WritableByteChannel target, Progress progress, Cancellation cancellation)
            throws IOException {
        Optional<Level> wanted = level.map(name -> Level.of(name).orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED,
                "unsupported quantization type " + name + " - supported types are " + String.join(", ", levels()))));
        wanted.ifPresent(to -> check(source, to));
        Map<TensorInfo, TensorType> types = wanted.map(to -> Mixture.of(source, to)).orElseGet(() -> {
            Map<TensorInfo, TensorType> same = new LinkedHashMap<>();
            source.tensors().forEach(tensor -> same.put(tensor, tensor.type()));
            return same;
        });
        write(ByteBuffer.wrap(GgufOutput.header(metadata(source, wanted), types)), target);
        long total = source.tensors().stream().mapToLong(TensorInfo::bytes).sum();
        long[] completed = {0};
        LongConsumer done = bytes -> {
            completed[0] += bytes;
            progress.at(completed[0], total);
        };
        try (RowQuantizer quantizer = new RowQuantizer(Runtime.getRuntime().availableProcessors())) {
            for (Map.Entry<TensorInfo, TensorType> tensor : types.entrySet()) {
                TensorInfo info = tensor.getKey();
                TensorType type = tensor.getValue();
                source.lend(info, data -> {
                    if (type == info.type()) {
                        copy(data, target, done, cancellation);
                    } else {
                        quantizer.convert(info, data, type, target, done, cancellation);
                    }
                });
                long bytes = type.bytes(info.elements());
                write(ByteBuffer.allocate((int) (GgufOutput.padded(bytes) - bytes)), target);
            }
        }
    }

    /** Weights that lost bits before would lose more than the level promises. */
    private void check(ModelFile source, Level level) {
        String from = levelOf(source);
        boolean plain = Level.of(from).filter(Level::plain).isPresent();
        if (!plain && !from.equals(level.name())) {
            throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, "quantization is only supported for F16, BF16 and F32 models; this one is "
                    + from);
        }
    }

    private static Map<String, Object> metadata(ModelFile source, Optional<Level> level) {
        Map<String, Object> metadata = new LinkedHashMap<>(source.metadata().asMap());
        metadata.keySet().removeAll(CONTAINER);
        level.ifPresent(to -> {
            metadata.put(FILE_TYPE, (long) to.fileType());
            if (!to.plain()) {
                metadata.put(QUANTIZATION_VERSION, 2L);
            }
        });
        return metadata;
    }

    private static void copy(MemorySegment data, WritableByteChannel target, LongConsumer done, Cancellation cancellation)
            throws IOException {
        for (long at = 0; at < data.byteSize(); at += CHUNK) {
            cancellation.check();
            long n = Math.min(CHUNK, data.byteSize() - at);
            write(data.asSlice(at, n).asByteBuffer(), target);
            done.accept(n);
        }
    }

    private static void write(ByteBuffer bytes, WritableByteChannel target) throws IOException {
        while (bytes.hasRemaining()) {
            target.write(bytes);
        }
    }
}
