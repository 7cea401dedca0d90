package dev.runtime.api.testkit;

import dev.runtime.api.Cancellation;
import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.inference.EmbedResult;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Inference;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.LoadedModel;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.RankRequest;
import dev.runtime.api.inference.RankResult;
import dev.runtime.api.inference.ScoreRequest;
import dev.runtime.api.inference.ScoreResult;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An engine that plays events instead of computing them, and remembers what it was asked for. Embeds a text as its length
 * followed by ones. Not for several threads.
 */
public final class ScriptedInference implements Inference {
    private final List<GenerationEvent> script = new ArrayList<>();
    private final List<Object> asked = new ArrayList<>();
    private final List<LoadedModel> loaded = new ArrayList<>();
    private Optional<RuntimeException> failure = Optional.empty();
    private Optional<EmbedResult> vectors = Optional.empty();
    private Optional<Tokenizer> tokenizer = Optional.empty();

    /** Adds events to play at each generation. */
    public ScriptedInference plays(List<? extends GenerationEvent> events) {
        script.addAll(events);
        return this;
    }

    /** Lets generations fail after the script, and everything else at once. */
    public ScriptedInference fails(RuntimeException with) {
        failure = Optional.of(with);
        return this;
    }

    /** Sets the result of embedding. */
    public ScriptedInference embeds(EmbedResult result) {
        vectors = Optional.of(result);
        return this;
    }

    /** Sets the tokenizer of all models. */
    public ScriptedInference tokenizes(Tokenizer by) {
        tokenizer = Optional.of(by);
        return this;
    }

    /** Adds a loaded model. */
    public ScriptedInference holds(LoadedModel model) {
        loaded.add(model);
        return this;
    }

    /**
     * Returns what was asked for, in order: {@link GenerateRequest}, {@link EmbedRequest}, {@link ScoreRequest}, {@link Load}, {@link Unload}.
     */
    public List<Object> asked() {
        return asked;
    }

    /** A call of {@link Inference#load}. */
    public record Load(String model, Options options, KeepAlive keepAlive) {}

    /** A call of {@link Inference#unload}. */
    public record Unload(String model) {}

    @Override
    public void generate(GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> events) {
        asked.add(request);
        for (GenerationEvent event : script) {
            cancellation.check();
            events.accept(event);
        }
        failIfScripted();
    }

    @Override
    public EmbedResult embed(EmbedRequest request, Cancellation cancellation) {
        asked.add(request);
        failIfScripted();
        return vectors.orElseGet(() -> new EmbedResult(
                request.inputs().stream().map(text -> new float[] {text.length(), 1, 1}).toList(), Usage.NONE, List.of()));
    }

    /** A document's score is its length. */
    @Override
    public RankResult rank(RankRequest request, Cancellation cancellation) {
        asked.add(request);
        failIfScripted();
        return new RankResult(request.documents().stream().mapToDouble(String::length).toArray(), Usage.NONE, List.of());
    }

    /** A token's probability is one in its id. */
    @Override
    public ScoreResult score(ScoreRequest request, Cancellation cancellation) {
        cancellation.check();
        asked.add(request);
        failIfScripted();
        double[] logprobs = Arrays.stream(request.tokens()).skip(request.from()).mapToDouble(id -> -Math.log(id)).toArray();
        return new ScoreResult(logprobs, Usage.NONE, List.of());
    }

    @Override
    public LoadedModel load(String model, Options options, KeepAlive keepAlive, Cancellation cancellation) {
        asked.add(new Load(model, options, keepAlive));
        failIfScripted();
        return loaded.isEmpty() ? FakeModels.loaded(FakeModels.info(model)) : loaded.getFirst();
    }

    @Override
    public void unload(String model) {
        asked.add(new Unload(model));
    }

    @Override
    public List<LoadedModel> loaded() {
        return loaded;
    }

    @Override
    public Tokenizer tokenizer(String model) {
        failIfScripted();
        return tokenizer.orElseThrow(() -> new IllegalStateException("no tokenizer was set"));
    }

    /** One token a character. */
    @Override
    public int[] tokenize(String model, String text, boolean special) {
        return text.chars().toArray();
    }

    @Override
    public String detokenize(String model, int[] tokens) {
        return new String(tokens, 0, tokens.length);
    }

    private void failIfScripted() {
        if (failure.isPresent()) {
            throw failure.get();
        }
    }
}
