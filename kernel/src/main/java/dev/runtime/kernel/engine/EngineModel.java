package dev.runtime.kernel.engine;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelShape;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.plugin.Services;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.kernel.event.EventBus;
import dev.runtime.kernel.store.StoredModel;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * One loaded model: weights, tokenizer, program, KV cache and the thread that runs its steps.
 *
 * <p>A model that pools gives embeddings, any other generates. Safe for use by many threads. It closes itself when the plug-in that
 * brought its format, tokenizer or backend is removed.
 */
public final class EngineModel implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EngineModel.class.getName());

    private final String name;
    private final ModelFile file;
    private final ModelShape shape;
    private final Tokenizer tokenizer;
    private final EnginePlan plan;
    private final long bytes;
    private final long deviceBytes;
    private final Optional<Generation> generation;
    private final Optional<EngineLoop<EmbedJob>> embedding;
    private final Resources resources;
    private final List<Supplier<Optional<String>>> locks;
    private Optional<Optional<String>> unlocked = Optional.empty();
    private volatile boolean closed;

    /** The loop of a model that generates, and what encodes images for it. */
    record Generation(Generator work, EngineLoop<Sequence> loop, Optional<LoadedEncoder> images) {}

    EngineModel(ModelLoader loader, Optional<Generation> generation, Optional<EngineLoop<EmbedJob>> embedding, Resources resources) {
        name = loader.name();
        file = loader.file();
        shape = loader.shape();
        tokenizer = loader.tokenizer();
        plan = loader.plan();
        // a device that does not read mapped weights has them among what was allocated
        long all = file.tensors().stream().mapToLong(TensorInfo::bytes).sum();
        bytes = plan.placement().mappedBytes(all) + loader.allocatedBytes();
        deviceBytes = plan.placement().split() ? loader.deviceBytes() : plan.device().info().kind() == DeviceInfo.Kind.CPU ? 0 : bytes;
        this.generation = generation;
        this.embedding = embedding;
        this.resources = resources;
        locks = loader.locks();
    }

    /**
     * Loads a model and starts its thread. Publishes that it was loaded; whoever closes it publishes that it was unloaded, with the
     * reason.
     *
     * @param spill whether and where KV blocks are kept that make room for others
     * @param cancellation looked at between the parts of the work
     * @param progress run whenever a part of the work is done, and for each weight that the device takes
     * @return closed by the caller
     * @throws RuntimeFailure with {@code model.file_invalid}, {@code model.unsupported}, {@code model.too_large},
     *     {@code device.out_of_memory}, {@code config.invalid}, {@code model.load_failed} or {@code request.cancelled}; nothing is left
     *     behind then
     */
    public static EngineModel load(StoredModel model, EngineOptions options, Services services, EventBus events, SpillOptions spill,
            Cancellation cancellation, Runnable progress) {
        return new ModelLoader(model, options, services, spill, cancellation, progress).load(events);
    }

    /**
     * Reads a model's tokenizer without loading the model.
     *
     * @throws RuntimeFailure with {@code model.file_invalid}, {@code model.unsupported} or {@code model.load_failed}
     */
    public static Tokenizer tokenizer(StoredModel model, Services services) {
        try (WeightFile weights = WeightFile.open(model, services)) {
            return weights.tokenizers(services).create(weights.file().metadata());
        }
    }

    /** Returns the model's name. */
    public String name() {
        return name;
    }

    /** Returns the open weight file; closed with this model. */
    public ModelFile file() {
        return file;
    }

    /** Returns the hyper-parameters. */
    public ModelShape shape() {
        return shape;
    }

    /** Returns the tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /**
     * Has weights and cache kept in memory until this is closed; tried once.
     *
     * @return why they are not, and what to do about it; nothing if they are
     */
    public synchronized Optional<String> lock() {
        if (unlocked.isEmpty()) {
            unlocked = Optional.of(locks.stream().flatMap(lock -> lock.get().stream()).findFirst());
            unlocked.get().ifPresent(reason -> LOG.log(Level.WARNING, name + " is not locked in memory as a whole: " + reason));
        }
        return unlocked.get();
    }

    /** Returns the positions of a sequence. */
    public int contextLength() {
        return plan.contextLength();
    }

    /** Returns the sequences that can be in one step. */
    public int parallel() {
        return plan.parallel();
    }

    /** Returns the tokens of the largest step; a text to embed is at most as long. */
    public int batch() {
        return plan.limits().maxTokens();
    }

    /** Tells whether the model generates; otherwise it embeds. */
    public boolean generates() {
        return plan.generates();
    }

    /** Returns the bytes of weights, KV cache and working memory. */
    public long bytes() {
        return bytes;
    }

    /** Returns those of {@link #bytes} that are in the memory of a device other than the processor. */
    public long deviceBytes() {
        return deviceBytes;
    }

    /** Returns the id of the device. */
    public String deviceId() {
        return plan.device().info().id();
    }

    /** Tells whether the model can be used: not closed, and its thread alive. */
    public boolean open() {
        return !closed && generation.map(Generation::loop).map(EngineLoop::running).orElse(true)
                && embedding.map(EngineLoop::running).orElse(true);
    }

    /**
     * Queues a generation, which joins the steps as soon as there is a place.
     *
     * @throws RuntimeFailure with {@code request.invalid}, {@code request.unsupported}, {@code request.context_exceeded} or
     *     {@code server.stopping}; the sink is not called then
     */
    public void submit(TokenRequest request) {
        Generation running = generation();
        running.loop.submit(running.work.sequence(request));
    }

    /**
     * Encodes an image for prompts, and waits for the result.
     *
     * @param file the bytes of a picture's file
     * @throws RuntimeFailure with {@code request.unsupported} if the model does not see, {@code request.invalid} if the picture cannot be
     *     decoded; otherwise as {@link #submit}
     */
    public EncodedImage encode(byte[] file, Cancellation cancellation) {
        return generation().images.orElseThrow(() -> new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED, name
                + " does not see images here: no image encoder is loaded beside it; see the log of its loading")).encode(file, cancellation);
    }

    /**
     * Embeds texts, each of 1 to {@link #batch} tokens, and waits for the result.
     *
     * @return for each text its pooled vector, not normalised
     * @throws RuntimeFailure as {@link #submit}; also {@code request.cancelled} and {@code device.failed}
     */
    public float[][] embed(int[][] inputs, Cancellation cancellation) {
        EngineLoop<EmbedJob> loop = embedding.orElseThrow(() -> new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED,
                "this model does not support embeddings: " + name + " has no pooling; choose an embedding model"));
        EmbedJob[] jobs = new EmbedJob[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            PromptCheck.check(inputs[i], ImageRuns.NONE, batch(), shape.vocabulary());
            jobs[i] = new EmbedJob(inputs[i], cancellation, new CompletableFuture<>());
        }
        for (EmbedJob job : jobs) {
            loop.submit(job);
        }
        float[][] vectors = new float[jobs.length][];
        for (int i = 0; i < jobs.length; i++) {
            vectors[i] = await(jobs[i].result(), cancellation);
        }
        return vectors;
    }

    /**
     * Scores the tokens of a window of 2 to {@link #contextLength} tokens and waits for the result.
     *
     * @param window not written to until this returns
     * @param from the first token to score, at least 1
     * @return for each token from there on the natural logarithm of its probability after those before it
     * @throws RuntimeFailure as {@link #submit}; also {@code request.cancelled} and {@code device.failed}
     */
    public double[] score(int[] window, int from, Cancellation cancellation) {
        Generation running = generation();
        CompletableFuture<double[]> result = new CompletableFuture<>();
        running.loop.submit(running.work.sequence(window, from, cancellation, result));
        return await(result, cancellation);
    }

    private Generation generation() {
        return generation.orElseThrow(() -> new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED,
                name + " gives embeddings, it does not generate; choose another model"));
    }

    private static <T> T await(CompletableFuture<T> result, Cancellation cancellation) {
        try {
            return result.get();
        } catch (InterruptedException e) {
            cancellation.cancel();
            Thread.currentThread().interrupt();
            throw new RuntimeFailure(ErrorCode.REQUEST_CANCELLED, "interrupted while waiting for the model", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeFailure failure ? failure
                    : new RuntimeFailure(ErrorCode.INTERNAL, "the model's work failed: " + e.getCause(), e.getCause());
        }
    }

    /** Ends the step under way, fails what is not complete and frees everything. Not to be called by a {@link TokenSink}. */
    @Override
    public synchronized void close() {
        closed = true;
        resources.close();
    }
}
