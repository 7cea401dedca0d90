package dev.runtime.plugin.architectures;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.Architecture;
import dev.runtime.api.model.BuildOptions;
import dev.runtime.api.model.BuildOptions.Output;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelShape;
import dev.runtime.api.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Runs a model on a device the way the reference did: F32 cache, context 256, tokens as given from position 0. The prompt of a model with an
 * encoder goes there, its decoder begins with a token of its own.
 */
final class GoldenRun implements AutoCloseable {
    private static final int CONTEXT = 256;
    private static final int BLOCK = 16;

    private final Value output;
    private final String outputName;
    private final KvCache cache;
    private final Program program;
    private final Optional<Program> encoder;
    private final int start;
    private final ModelShape.Pooling pooling;
    private final StepInputs inputs;
    private final int[] blocks = new int[CONTEXT / BLOCK];
    private int position;
    private int encoded;

    /** Creates it; with {@code halfGelu}, the graph is {@link HalfGelu the reference's} in that, too. */
    GoldenRun(ModelFile file, Architecture architecture, Output end, Device device, boolean halfGelu) {
        Graph built = architecture.build(file, new BuildOptions(CONTEXT, end));
        Graph graph = halfGelu ? HalfGelu.of(built) : built;
        outputName = end == Output.LOGITS ? Graph.LOGITS : Graph.EMBEDDING;
        output = graph.output(outputName);
        CompileOptions options = new CompileOptions(CONTEXT, 1, 1, CONTEXT, 0);
        cache = device.cache(graph.cacheLayout(), new CacheOptions(blocks.length, BLOCK, 1, TensorType.F32, TensorType.F32));
        program = device.compile(graph, file::data, options);
        pooling = architecture.shape(file).pooling();
        OptionalInt decoderStart = end == Output.LOGITS ? architecture.shape(file).decoderStart() : OptionalInt.empty();
        start = decoderStart.orElse(-1);
        encoder = decoderStart.isEmpty() ? Optional.empty()
                : Optional.of(device.compile(architecture.build(file, new BuildOptions(CONTEXT, Output.ENCODING)), file::data, options));
        inputs = new StepInputs(options);
        for (int i = 0; i < blocks.length; i++) {
            // not in order, so that a mistake in paging shows
            blocks[i] = (i * 7 + 3) % blocks.length;
        }
    }

    /** Returns how the model pools. */
    ModelShape.Pooling pooling() {
        return pooling;
    }

    /** Returns the logits after a prompt, or its embeddings. */
    float[] prompt(int... ids) {
        restart();
        if (encoder.isEmpty()) {
            return feed(ids);
        }
        encoded = 0;
        fill(ids);
        encoder.get().run(inputs, cache);
        encoded = ids.length;
        position = 0;
        return feed(start);
    }

    /** Starts a new sequence. */
    void restart() {
        position = 0;
        cache.clearSlot(0);
    }

    /** Feeds tokens in one step and returns the result of the last one, or all rows of an output with one row a token. */
    float[] feed(int... ids) {
        fill(ids);
        program.run(inputs, cache);
        int rows = switch (output.rows()) {
            case TOKENS -> ids.length;
            case OUTPUTS, SEQUENCES -> 1;
        };
        MemorySegment result = program.output(outputName);
        return result.asSlice(0, (long) rows * output.width() * Float.BYTES).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    private void fill(int... ids) {
        inputs.clear();
        inputs.beginSequence(blocks, 0);
        inputs.encoded(encoded);
        for (int i = 0; i < ids.length; i++) {
            inputs.addToken(ids[i], position++, i == ids.length - 1);
        }
    }

    static int argmax(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }

    @Override
    public void close() {
        encoder.ifPresent(Program::close);
        program.close();
        cache.close();
    }
}
