package dev.runtime.kernel.generate;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.Backend;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.config.Settings;
import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.inference.EmbedResult;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Inference;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.LoadedModel;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.RankRequest;
import dev.runtime.api.inference.RankResult;
import dev.runtime.api.inference.ScoreRequest;
import dev.runtime.api.inference.ScoreResult;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.model.Capability;
import dev.runtime.api.plugin.Services;
import dev.runtime.api.source.Provider;
import dev.runtime.api.text.OutputParser;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.kernel.constrain.Constraints;
import dev.runtime.kernel.constrain.ReplyDemand;
import dev.runtime.kernel.engine.EngineModel;
import dev.runtime.kernel.engine.EngineOptions;
import dev.runtime.kernel.engine.SpillOptions;
import dev.runtime.kernel.event.EventBus;
import dev.runtime.kernel.sample.TokenMask;
import dev.runtime.kernel.schedule.EngineRunner;
import dev.runtime.kernel.schedule.FreeMemoryPlan;
import dev.runtime.kernel.schedule.Lease;
import dev.runtime.kernel.schedule.Runner;
import dev.runtime.kernel.schedule.SchedulePolicy;
import dev.runtime.kernel.schedule.Scheduler;
import dev.runtime.kernel.schedule.ThreadTimers;
import dev.runtime.kernel.store.ModelStore;
import dev.runtime.kernel.store.StoredModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The engine as clients see it: local models by the scheduler, others by their provider. Closing unloads all models. */
public final class InferenceService implements Inference, AutoCloseable {
    private final Catalog catalog;
    private final Services services;
    private final Elsewhere elsewhere;
    private final Scheduler scheduler;
    private final EngineDefaults defaults;
    private final boolean strict;
    private final Templates templates;
    private final RequestLog log;
    private final Constraints constraints = new Constraints();

    /** Creates the service of a kernel; no thread runs and no model is loaded before the first request. */
    public InferenceService(Settings settings, ModelStore store, Services services, EventBus events) {
        this(settings, store, services, events, EngineDefaults.spill(settings));
    }

    private InferenceService(Settings settings, ModelStore store, Services services, EventBus events, SpillOptions spill) {
        this(new StoreCatalog(store), services,
                new Scheduler(SchedulePolicy.of(settings),
                        (model, options, cancellation, progress) ->
                                new EngineRunner(EngineModel.load(model, options, services, events, spill, cancellation, progress)),
                        new FreeMemoryPlan(services), new ThreadTimers(), events::publish),
                EngineDefaults.of(settings), settings.flag(CoreKeys.STRICT), new RequestLog(events::publish));
    }

    /** Creates it from its parts; the scheduler is closed with this. */
    InferenceService(Catalog catalog, Services services, Scheduler scheduler, EngineDefaults defaults, boolean strict, RequestLog log) {
        this.catalog = catalog;
        this.services = services;
        this.elsewhere = new Elsewhere(services);
        this.scheduler = scheduler;
        this.defaults = defaults;
        this.strict = strict;
        this.templates = new Templates(services);
        this.log = log;
    }

    @Override
    public void generate(GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> events) {
        log.run(request.model(), start -> {
            Optional<Provider> provider = elsewhere.provider(request.model());
            return provider.isPresent() ? Elsewhere.generate(provider.get(), request, cancellation, events)
                    : here(request, cancellation, events, start);
        });
    }

    private Usage here(GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> events, long start) {
        StoredModel model = catalog.resolve(request.model());
        Notes notes = new Notes(strict);
        CapabilityCheck.generate(request, model.info().capabilities(), catalog::fullName);
        RequestOptions options = RequestOptions.read(model.parameters(), request.options(), notes);
        Thinking thinking = CapabilityCheck.thinking(request.thinking(), model.info().capabilities());
        return lend(model, options, notes, request.keepAlive(), cancellation, lease -> {
            Duration load = Generation.took(System.nanoTime() - start);
            Runner runner = lease.runner();
            int context = context(options, runner);
            PromptBuilder.Built built = new PromptBuilder(
                    request, model, runner.tokenizer(), runner.metadata(), templates, thinking, context, notes,
                    new PromptImages(file -> runner.encode(file, cancellation)), runner.shape().decoderStart().isPresent()).build();
            if (request.renderOnly()) {
                return rendered(built, notes, events, start, load);
            }
            OutputParser.Session parser = parser(request, model, runner, built, thinking);
            ReplyDemand demand = new ReplyDemand(
                    request.format(), built.tools(), request.toolChoice(), thinking.requested(), parser.form(), parser.markers());
            Optional<TokenMask> mask = constraints.mask(runner.tokenizer(), demand, notes::ignored);
            return new Generation(request, options, lease, context, notes, events)
                    .run(built.tokens(), built.images(), demand.plainCall() ? new PlainCallParser(parser) : parser, mask,
                            cancellation, start, load);
        });
    }

    private static Usage rendered(PromptBuilder.Built built, Notes notes, Consumer<GenerationEvent> events, long start, Duration load) {
        Usage usage = new Usage(built.tokens().length, 0, 0, Generation.took(System.nanoTime() - start), load, Duration.ZERO,
                Duration.ZERO, Duration.ZERO);
        events.accept(new GenerationEvent.Rendered(built.text(), 0));
        events.accept(new GenerationEvent.Done(FinishReason.LOAD, usage, notes.texts(), PromptImages.words(built.tokens())));
        return usage;
    }

    private OutputParser.Session parser(
            GenerateRequest request, StoredModel model, Runner runner, PromptBuilder.Built built, Thinking thinking) {
        return switch (request.prompt()) {
            case Prompt.Raw raw -> PlainParser.INSTANCE;
            case Prompt.Tokens tokens -> PlainParser.INSTANCE;
            case Prompt.Chat chat -> parser(model, runner, built, thinking);
            case Prompt.Text text -> parser(model, runner, built, thinking);
        };
    }

    private OutputParser.Session parser(StoredModel model, Runner runner, PromptBuilder.Built built, Thinking thinking) {
        return Parsers.open(services, new OutputParser.ModelHints(runner.shape().architecture(), built.template(), model.parser()),
                built.tools(), thinking, built.text());
    }

    @Override
    public EmbedResult embed(EmbedRequest request, Cancellation cancellation) {
        EmbedResult[] result = new EmbedResult[1];
        log.run(request.model(), start -> {
            Optional<Provider> provider = elsewhere.provider(request.model());
            result[0] = provider.isPresent() ? provider.get().embed(request, cancellation) : embedHere(request, cancellation, start);
            return result[0].usage();
        });
        return result[0];
    }

    private EmbedResult embedHere(EmbedRequest request, Cancellation cancellation, long start) {
        StoredModel model = catalog.resolve(request.model());
        Notes notes = new Notes(strict);
        RequestOptions options = RequestOptions.read(model.parameters(), request.options(), notes);
        return lend(model, options, notes, request.keepAlive(), cancellation, lease -> {
            Duration load = Generation.took(System.nanoTime() - start);
            Embedding embedding = new Embedding(
                    request, lease.runner(), Math.min(context(options, lease.runner()), lease.runner().batch()), notes);
            long begin = System.nanoTime();
            List<float[]> vectors = request.inputs().isEmpty() ? List.of() : embedding.run(cancellation);
            Duration evaluated = Generation.took(System.nanoTime() - begin);
            Usage usage = new Usage(embedding.tokens(), 0, 0, Generation.took(System.nanoTime() - start), load, Duration.ZERO,
                    evaluated, Duration.ZERO);
            return new EmbedResult(vectors, usage, notes.texts());
        });
    }

    @Override
    public RankResult rank(RankRequest request, Cancellation cancellation) {
        RankResult[] result = new RankResult[1];
        log.run(request.model(), start -> {
            elsewhere.refuse(request.model());
            result[0] = rankHere(request, cancellation, start);
            return result[0].usage();
        });
        return result[0];
    }

    private RankResult rankHere(RankRequest request, Cancellation cancellation, long start) {
        StoredModel model = catalog.resolve(request.model());
        Notes notes = new Notes(strict);
        RequestOptions options = RequestOptions.read(model.parameters(), request.options(), notes);
        return lend(model, options, notes, request.keepAlive(), cancellation, lease -> {
            Duration load = Generation.took(System.nanoTime() - start);
            Ranking ranking = new Ranking(request, lease.runner(), Math.min(context(options, lease.runner()), lease.runner().batch()), notes);
            long begin = System.nanoTime();
            double[] scores = ranking.run(cancellation);
            Usage usage = new Usage(ranking.tokens(), 0, 0, Generation.took(System.nanoTime() - start), load, Duration.ZERO,
                    Generation.took(System.nanoTime() - begin), Duration.ZERO);
            return new RankResult(scores, usage, notes.texts());
        });
    }

    @Override
    public ScoreResult score(ScoreRequest request, Cancellation cancellation) {
        ScoreResult[] result = new ScoreResult[1];
        log.run(request.model(), start -> {
            elsewhere.refuse(request.model());
            result[0] = scoreHere(request, cancellation, start);
            return result[0].usage();
        });
        return result[0];
    }

    private ScoreResult scoreHere(ScoreRequest request, Cancellation cancellation, long start) {
        StoredModel model = catalog.resolve(request.model());
        Notes notes = new Notes(strict);
        RequestOptions options = RequestOptions.read(model.parameters(), request.options(), notes);
        return lend(model, options, notes, request.keepAlive(), cancellation, lease -> {
            long begin = System.nanoTime();
            double[] logprobs = lease.runner().score(request.tokens(), request.from(), cancellation);
            Duration evaluated = Generation.took(System.nanoTime() - begin);
            Usage usage = new Usage(request.tokens().length, 0, 0, Generation.took(System.nanoTime() - start),
                    Generation.took(begin - start), Duration.ZERO, evaluated, Duration.ZERO);
            return new ScoreResult(logprobs, usage, notes.texts());
        });
    }

    @Override
    public LoadedModel load(String reference, Options options, KeepAlive keepAlive, Cancellation cancellation) {
        Optional<Provider> provider = elsewhere.provider(reference);
        if (provider.isPresent()) {
            return Elsewhere.loaded(provider.get(), reference);
        }
        StoredModel model = catalog.resolve(reference);
        Notes notes = new Notes(strict);
        return lend(model, RequestOptions.read(model.parameters(), options, notes), notes, keepAlive, cancellation, Lease::describe);
    }

    @Override
    public void unload(String reference) {
        if (elsewhere.provider(reference).isEmpty()) {
            scheduler.unload(catalog.resolve(reference));
        }
    }

    /** Unloads, once it is idle, a model whose weight file is about to be removed. */
    public void forget(Path weights) {
        scheduler.unload(weights);
    }

    @Override
    public List<LoadedModel> loaded() {
        return scheduler.loaded();
    }

    @Override
    public Tokenizer tokenizer(String reference) {
        elsewhere.refuse(reference);
        return EngineModel.tokenizer(catalog.resolve(reference), services);
    }

    @Override
    public int[] tokenize(String reference, String text, boolean special) {
        return withTokenizer(reference, runner -> runner.tokenizer().encode(text, special, special));
    }

    @Override
    public String detokenize(String reference, int[] tokens) {
        return withTokenizer(reference, runner -> {
            for (int id : tokens) {
                if (id < 0 || id >= runner.tokenizer().size()) {
                    throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "token " + id + " is not of this model");
                }
            }
            return runner.tokenizer().decode(tokens, true);
        });
    }

    @Override
    public void close() {
        scheduler.close();
        templates.close();
    }

    private <T> T withTokenizer(String reference, Function<Runner, T> use) {
        elsewhere.refuse(reference);
        StoredModel model = catalog.resolve(reference);
        Notes notes = new Notes(false);
        RequestOptions options = RequestOptions.read(model.parameters(), Options.NONE, notes);
        return lend(model, options, notes, new KeepAlive.Unchanged(), Cancellation.none(), lease -> use.apply(lease.runner()));
    }

    /** Lends a model for some work; what the work's failure says about the model is passed on to the scheduler. */
    private <T> T lend(StoredModel model, RequestOptions options, Notes notes, KeepAlive keepAlive, Cancellation cancellation,
            Function<Lease, T> work) {
        try (Lease lease = scheduler.acquire(model, engineOptions(model, options, notes), keepAlive, cancellation)) {
            if (options.gpuLayers() > 0 && lease.runner().deviceBytes() == 0) {
                notes.ignored("option \"num_gpu\" has no effect: " + model.info().name() + " runs on " + lease.runner().deviceId());
            }
            if (options.locked()) {
                lease.runner().lock().ifPresent(reason -> notes.add("option \"use_mlock\" does not keep all of the model in memory: " + reason));
            }
            try {
                return work.apply(lease);
            } catch (RuntimeFailure e) {
                if (e.code() == ErrorCode.DEVICE_FAILED) {
                    lease.broken();
                } else if (e.code() == ErrorCode.OUT_OF_MEMORY) {
                    scheduler.unloadAll("out of memory");
                }
                throw e;
            }
        }
    }

    private EngineOptions engineOptions(StoredModel model, RequestOptions options, Notes notes) {
        List<DeviceInfo> devices = options.onHost() || options.gpu() >= 0
                ? services.all(Backend.class).stream().filter(b -> !options.onHost() || b.likely())
                        .flatMap(b -> b.devices().stream()).map(d -> d.info()).toList()
                : List.of();
        return defaults.with(options, model.info().capabilities().contains(Capability.COMPLETION), devices, notes);
    }

    private static int context(RequestOptions options, Runner runner) {
        return options.context() > 0 ? Math.min(options.context(), runner.contextLength()) : runner.contextLength();
    }

    /** The models of the store. */
    private record StoreCatalog(ModelStore store) implements Catalog {
        @Override
        public StoredModel resolve(String reference) {
            return store.resolve(reference);
        }

        @Override
        public String fullName(String reference) {
            return store.fullName(reference);
        }
    }
}
