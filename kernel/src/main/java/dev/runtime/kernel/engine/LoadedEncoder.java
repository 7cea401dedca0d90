package dev.runtime.kernel.engine;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.model.ImageDecoder;
import dev.runtime.api.model.ImageEncoder;
import dev.runtime.api.model.ImageInput;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.plugin.Services;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The image encoder of a loaded model. Nothing is compiled before the first image; the embeddings of the last images are kept, since every turn
 * of a conversation sends them again. Safe for use by many threads, which take turns.
 */
final class LoadedEncoder implements AutoCloseable {
    private static final long KEPT_BYTES = 128L << 20;
    private static final int SMALLEST_STEP = 1024;

    private final ImageEncoder encoder;
    private final Device device;
    private final Services services;
    private final int threads;
    private final Map<Long, EncodedImage> known = new LinkedHashMap<>(16, 0.75f, true);
    private long knownBytes;
    private Optional<Program> program = Optional.empty();
    private int programTokens;
    private boolean closed;

    LoadedEncoder(ImageEncoder encoder, Device device, Services services, int threads) {
        this.encoder = encoder;
        this.device = device;
        this.services = services;
        this.threads = threads;
    }

    /** Returns the elements of a row of embeddings. */
    int width() {
        return encoder.graph().output(Graph.EMBEDDING).width();
    }

    /** Returns the most rows that see each other. */
    int whole() {
        return encoder.whole();
    }

    /**
     * Encodes an image.
     *
     * @param file the bytes of a picture's file
     * @throws RuntimeFailure with {@code request.invalid} if it cannot be decoded, {@code device.*} if it cannot be encoded,
     *     {@code request.cancelled}, or {@code server.stopping} after {@link #close}
     */
    synchronized EncodedImage encode(byte[] file, Cancellation cancellation) {
        if (closed) {
            throw new RuntimeFailure(ErrorCode.SERVER_STOPPING, "the model was unloaded before the image was encoded; send it again");
        }
        long identity = identity(file);
        EncodedImage image = known.get(identity);
        if (image == null) {
            cancellation.check();
            ImageInput input = encoder.input(decoder(file).decode(file));
            cancellation.check();
            image = new EncodedImage(identity, width(), run(input), input.place());
            remember(image);
        }
        return image;
    }

    private ImageDecoder decoder(byte[] file) {
        return services.all(ImageDecoder.class).stream().filter(d -> d.accepts(file)).findFirst()
                .orElseThrow(() -> new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                        "an image of " + file.length + " bytes is in none of the known formats; send PNG or JPEG"));
    }

    private float[] run(ImageInput input) {
        Program compiled = compiled(input.count());
        StepInputs inputs = new StepInputs(limits(input.count()));
        inputs.embeddings(MemorySegment.ofArray(input.patches()), input.width());
        input.fill(inputs);
        try (KvCache none = device.cache(encoder.graph().cacheLayout(),
                new CacheOptions(0, EnginePlan.BLOCK_TOKENS, 0, TensorType.F16, TensorType.F16))) {
            compiled.run(inputs, none);
        }
        int width = width();
        float[] rows = new float[Math.multiplyExact(input.order().length, width)];
        MemorySegment results = compiled.output(Graph.EMBEDDING);
        for (int i = 0; i < input.order().length; i++) {
            MemorySegment.copy(results, ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i * width, rows, input.order()[i] * width, width);
        }
        return rows;
    }

    /** Working memory grows with the largest image so far, by steps of four. */
    private Program compiled(int tokens) {
        if (program.isEmpty() || programTokens < tokens) {
            int size = SMALLEST_STEP;
            while (size < tokens) {
                size = Math.multiplyExact(4, size);
            }
            program.ifPresent(Program::close);
            program = Optional.empty();
            program = Optional.of(device.compile(encoder.graph(), encoder, limits(size)));
            programTokens = size;
        }
        return program.get();
    }

    private CompileOptions limits(int tokens) {
        return new CompileOptions(tokens, tokens, 1, tokens, threads);
    }

    private void remember(EncodedImage image) {
        known.put(image.identity(), image);
        knownBytes += 4L * image.rows().length;
        for (Iterator<EncodedImage> oldest = known.values().iterator(); knownBytes > KEPT_BYTES && oldest.hasNext(); ) {
            knownBytes -= 4L * oldest.next().rows().length;
            oldest.remove();
        }
    }

    private static long identity(byte[] file) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(file)).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        known.clear();
        program.ifPresent(Program::close);
        program = Optional.empty();
    }
}
