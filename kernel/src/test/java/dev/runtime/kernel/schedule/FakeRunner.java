package dev.runtime.kernel.schedule;

import dev.runtime.api.Cancellation;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelShape;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.kernel.engine.EncodedImage;
import dev.runtime.kernel.engine.TokenRequest;
import dev.runtime.kernel.testing.FakeTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** A loaded model that does what a test says. */
public final class FakeRunner implements Runner {
    public final int contextLength;
    public final List<TokenRequest> requests = new ArrayList<>();
    public final List<int[][]> embedded = new ArrayList<>();
    public Tokenizer tokenizer = new FakeTokenizer(true, false);
    public Metadata metadata = new Metadata(Map.of());
    public ModelShape.Pooling pooling = ModelShape.Pooling.NONE;
    public int batch = 512;
    public int parallel = 4;
    public int trained = 8192;
    public Consumer<TokenRequest> script = request -> {};
    public Function<int[], float[]> embedder = ids -> new float[] {ids.length};
    public Function<byte[], EncodedImage> images = file -> {
        throw new IllegalStateException("no images expected");
    };
    public volatile boolean closed;

    public FakeRunner(int contextLength) {
        this.contextLength = contextLength;
    }

    @Override
    public boolean open() {
        return !closed;
    }

    @Override
    public Metadata metadata() {
        return metadata;
    }

    @Override
    public ModelShape shape() {
        return new ModelShape("fake", trained, 8, 1, 1, 1, 8, tokenizer.size(), pooling);
    }

    @Override
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public int contextLength() {
        return contextLength;
    }

    @Override
    public int batch() {
        return batch;
    }

    @Override
    public int parallel() {
        return parallel;
    }

    @Override
    public long bytes() {
        return 1000;
    }

    @Override
    public long deviceBytes() {
        return 0;
    }

    @Override
    public String deviceId() {
        return "fake:0";
    }

    @Override
    public EncodedImage encode(byte[] file, Cancellation cancellation) {
        return images.apply(file);
    }

    @Override
    public void submit(TokenRequest request) {
        requests.add(request);
        script.accept(request);
    }

    @Override
    public float[][] embed(int[][] inputs, Cancellation cancellation) {
        embedded.add(inputs);
        float[][] vectors = new float[inputs.length][];
        for (int i = 0; i < inputs.length; i++) {
            vectors[i] = embedder.apply(inputs[i]);
        }
        return vectors;
    }

    @Override
    public double[] score(int[] window, int from, Cancellation cancellation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<String> lock() {
        return Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
    }
}
