package dev.runtime.kernel.schedule;

import dev.runtime.api.Cancellation;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelShape;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.kernel.engine.EncodedImage;
import dev.runtime.kernel.engine.EngineModel;
import dev.runtime.kernel.engine.TokenRequest;
import java.util.Optional;

/** The engine's loaded model. */
public record EngineRunner(EngineModel model) implements Runner {
    @Override
    public boolean open() {
        return model.open();
    }

    @Override
    public Metadata metadata() {
        return model.file().metadata();
    }

    @Override
    public ModelShape shape() {
        return model.shape();
    }

    @Override
    public Tokenizer tokenizer() {
        return model.tokenizer();
    }

    @Override
    public int contextLength() {
        return model.contextLength();
    }

    @Override
    public int batch() {
        return model.batch();
    }

    @Override
    public int parallel() {
        return model.parallel();
    }

    @Override
    public long bytes() {
        return model.bytes();
    }

    @Override
    public long deviceBytes() {
        return model.deviceBytes();
    }

    @Override
    public String deviceId() {
        return model.deviceId();
    }

    @Override
    public EncodedImage encode(byte[] file, Cancellation cancellation) {
        return model.encode(file, cancellation);
    }

    @Override
    public void submit(TokenRequest request) {
        model.submit(request);
    }

    @Override
    public float[][] embed(int[][] inputs, Cancellation cancellation) {
        return model.embed(inputs, cancellation);
    }

    @Override
    public double[] score(int[] window, int from, Cancellation cancellation) {
        return model.score(window, from, cancellation);
    }

    @Override
    public Optional<String> lock() {
        return model.lock();
    }

    @Override
    public void close() {
        model.close();
    }
}
