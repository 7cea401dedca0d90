package dev.runtime.kernel.engine;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelShape;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.plugin.Services;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.kernel.store.StoredModel;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Loads the draft model that is stored beside a model's weights, onto the same device. */
record DraftFile(StoredModel model, Services services, Resources resources, Cancellation cancellation, Runnable progress) {
    private static final System.Logger LOG = System.getLogger(DraftFile.class.getName());
    /** Tokens of its largest step, which reads a piece of a prompt. */
    private static final int BATCH = 512;

    /**
     * A draft model that is ready.
     *
     * @param bytes of weights, KV cache and working memory
     */
    record Loaded(DraftModel model, long bytes) {}

    /**
     * Loads it for a model that is planned already. Where memory is short the model works without it.
     *
     * @throws RuntimeFailure with {@code model.unsupported} if it has another vocabulary or cannot guess; with {@code model.file_invalid} or
     *     {@code model.load_failed}
     */
    Optional<Loaded> load(Tokenizer tokenizer, EnginePlan plan, EngineOptions options) {
        if (model.draft().isEmpty() || !plan.generates() || plan.encoder().isPresent() || !plan.graph().cacheLayout().stateLayers().isEmpty()) {
            return Optional.empty();
        }
        Path path = model.draft().get();
        WeightFile weights = resources.add(WeightFile.open(model.info().name() + "'s draft model", path, services));
        ModelFile file = weights.file();
        checkVocabulary(tokenizer, weights.tokenizers(services).create(file.metadata()));
        EngineOptions sizes = new EngineOptions(plan.contextLength(), Math.min(BATCH, plan.limits().maxTokens()), plan.parallel(), options.threads(),
                Optional.empty(), options.kvType(), EngineOptions.ALL_LAYERS, options.exactShift(), options.pinned());
        Planner planner = new Planner(weights.name(), new AdapterFiles(file, List.of()), weights.architecture(services), Optional.empty(), sizes);
        checkShape(planner.shape());
        try {
            EnginePlan own = planner.plan(List.of(plan.device()));
            if (!own.graph().cacheLayout().stateLayers().isEmpty()) {
                throw unfit("it keeps state that cannot go back after a wrong guess; choose one with attention only");
            }
            KvCache cache = resources.add(own.placement().cache(own.cache()));
            Program program = resources.add(own.placement().compile(new TakenWeights(file::data, cancellation, bytes -> progress.run()), own.limits()));
            long all = file.tensors().stream().mapToLong(TensorInfo::bytes).sum();
            KvMemory memory = KvMemory.of(cache, true, Optional.empty(), ContextShift.of(weights.name(), own.graph(), program, cache, sizes));
            DraftModel draft = new DraftModel(model.info().name(), own, program, memory, tokenizer.size(), System::nanoTime);
            return Optional.of(new Loaded(draft, Math.addExact(own.placement().mappedBytes(all), Math.addExact(cache.bytes(), program.bytes()))));
        } catch (RuntimeFailure e) {
            if (e.code() != ErrorCode.MODEL_TOO_LARGE && e.code() != ErrorCode.OUT_OF_MEMORY) {
                throw e;
            }
            LOG.log(Level.WARNING, model.info().name() + " works without its draft model: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void checkShape(ModelShape shape) {
        if (shape.pooling() != ModelShape.Pooling.NONE || shape.decoderStart().isPresent()) {
            throw unfit("it does not continue texts; choose one that does");
        }
    }

    /** Tokens at the end that only one of the two has are common in families of models and harm nothing. */
    private void checkVocabulary(Tokenizer own, Tokenizer drafts) {
        int common = Math.min(own.size(), drafts.size());
        for (int token = 0; token < common; token++) {
            if (!own.piece(token).equals(drafts.piece(token))) {
                throw unfit("token " + token + " is \"" + drafts.piece(token) + "\" there and \"" + own.piece(token)
                        + "\" in the model; choose one with the same vocabulary");
            }
        }
        if (drafts.size() < own.size() / 2 || own.size() < drafts.size() / 2) {
            throw unfit("it has " + drafts.size() + " tokens, the model " + own.size() + "; choose one with the same vocabulary");
        }
    }

    private RuntimeFailure unfit(String reason) {
        return new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, "the draft model of " + model.info().name() + " does not fit: " + reason);
    }
}
