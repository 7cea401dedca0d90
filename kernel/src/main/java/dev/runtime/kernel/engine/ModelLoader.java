package dev.runtime.kernel.engine;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.Backend;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.model.Architecture;
import dev.runtime.api.model.ImageEncoder;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelFormat;
import dev.runtime.api.model.ModelShape;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.plugin.Services;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.api.text.TokenizerFactory;
import dev.runtime.kernel.event.EventBus;
import dev.runtime.kernel.store.StoredModel;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Loads one model: file, architecture, tokenizer, device, memory, program, thread, in this order. Used once. */
final class ModelLoader {
    private static final System.Logger LOG = System.getLogger(ModelLoader.class.getName());

    private final StoredModel model;
    private final EngineOptions options;
    private final Services services;
    private final SpillOptions spill;
    private final Cancellation cancellation;
    private final Runnable progress;
    private final Resources resources = new Resources();
    private final List<Supplier<Optional<String>>> locks = new ArrayList<>();
    private ModelFile file;
    private ModelShape shape;
    private Tokenizer tokenizer;
    private EnginePlan plan;
    private long allocatedBytes;
    private long deviceBytes;

    ModelLoader(StoredModel model, EngineOptions options, Services services, SpillOptions spill, Cancellation cancellation,
            Runnable progress) {
        this.model = model;
        this.options = options;
        this.services = services;
        this.spill = spill;
        this.cancellation = cancellation;
        this.progress = progress;
    }

    List<Supplier<Optional<String>>> locks() {
        return locks;
    }

    String name() {
        return model.info().name();
    }

    ModelFile file() {
        return file;
    }

    ModelShape shape() {
        return shape;
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }

    EnginePlan plan() {
        return plan;
    }

    /** Returns those of {@link #allocatedBytes} that are not on the processor. */
    long deviceBytes() {
        return deviceBytes;
    }

    /** Returns the bytes of KV cache and program, and all those of a draft model. */
    long allocatedBytes() {
        return allocatedBytes;
    }

    EngineModel load(EventBus events) {
        long start = System.nanoTime();
        try {
            EngineModel loaded = open(events);
            events.publish(new RuntimeEvent.ModelLoaded(name(), loaded.deviceId(), loaded.bytes(),
                    Duration.ofNanos(System.nanoTime() - start)));
            return loaded;
        } catch (RuntimeFailure e) {
            resources.close();
            throw e;
        } catch (OutOfMemoryError e) {
            resources.close();
            throw new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, "out of memory while loading " + name()
                    + "; choose a shorter context or a smaller model", e);
        } catch (RuntimeException | Error e) {
            resources.close();
            throw new RuntimeFailure(ErrorCode.MODEL_LOAD_FAILED, "loading " + name() + " failed: " + e, e);
        }
    }

    private EngineModel open(EventBus events) {
        goOn();
        WeightFile weights = resources.add(WeightFile.open(model, services));
        file = weights.file();
        Architecture architecture = weights.architecture(services);
        TokenizerFactory tokenizerFactory = weights.tokenizers(services);
        TokenizerTask tokenizing = resources.add(new TokenizerTask(name(), tokenizerFactory, file.metadata()));
        AdapterFiles all = AdapterFiles.open(model, file, services, resources);
        Optional<ImageEncoder> encoder = new ProjectorFile(model, services, resources).encoder();
        DeviceChoice choice = DeviceChoice.of(services.all(Backend.class), options.device());
        Planner planner = new Planner(name(), all, architecture, encoder, options);
        shape = planner.shape();
        Optional<DeviceChoice.Candidate> processor = DeviceChoice.processor(services.all(Backend.class));
        plan = planner.plan(encoder.isPresent() ? choice.seeingFirst() : choice.devices(),
                processor.map(DeviceChoice.Candidate::device));
        Backend backend = choice.backend(plan.device(), processor);
        LOG.log(Level.INFO, name() + " runs on " + plan.device().info().id() + " (" + plan.device().info().name() + "): "
                + choice.reason() + "; context " + plan.contextLength() + ", " + plan.parallel() + " sequences, steps of "
                + plan.limits().maxTokens() + " tokens");
        goOn();
        KvCache cache = resources.add(plan.placement().cache(plan.cache()));
        LoadProgress read = new LoadProgress(name(), file.tensors().stream().mapToLong(TensorInfo::bytes).sum(), events,
                System::nanoTime);
        WeightSource taken = new TakenWeights(all, cancellation, bytes -> {
            progress.run();
            read.add(bytes);
        });
        Program program = resources.add(plan.placement().compile(taken, plan.limits()));
        Optional<Program> reader = plan.encoder().map(e -> resources.add(plan.device().compile(e.graph(), taken, e.limits())));
        locks.add(program::lock);
        locks.add(cache::lock);
        reader.ifPresent(r -> locks.add(r::lock));
        deviceBytes = plan.placement().deviceBytes(program, cache);
        allocatedBytes = Math.addExact(Math.addExact(cache.bytes(), program.bytes()), reader.map(Program::bytes).orElse(0L));
        tokenizer = tokenizing.await();
        goOn();
        Optional<DraftFile.Loaded> draft = new DraftFile(model, services, resources, cancellation, progress).load(tokenizer, plan, options);
        long draftBytes = draft.map(DraftFile.Loaded::bytes).orElse(0L);
        allocatedBytes = Math.addExact(allocatedBytes, draftBytes);
        deviceBytes = Math.addExact(deviceBytes, plan.device().info().kind() == DeviceInfo.Kind.CPU ? 0 : draftBytes);
        goOn();
        EngineModel loaded = plan.generates() ? generation(program, cache, reader, draft.map(DraftFile.Loaded::model), encoder) : embedding(program, cache);
        resources.add(UsedExtension.watch(services, ModelFormat.class, weights.format(), loaded::close)::close);
        resources.add(UsedExtension.watch(services, TokenizerFactory.class, tokenizerFactory, loaded::close)::close);
        resources.add(UsedExtension.watch(services, Backend.class, backend, loaded::close)::close);
        return loaded;
    }

    private void goOn() {
        cancellation.check();
        progress.run();
    }

    private EngineModel generation(Program program, KvCache cache, Optional<Program> reader, Optional<DraftModel> draft,
            Optional<ImageEncoder> encoder) {
        // what a decoder keeps depends on the prompt, whatever its own tokens are
        boolean sharing = plan.graph().cacheLayout().stateLayers().isEmpty() && reader.isEmpty();
        KvMemory memory = KvMemory.of(cache, sharing, sharing ? spill.open(cache) : Optional.empty(),
                ContextShift.of(name(), plan.graph(), program, cache, options));
        memory.spill().ifPresent(resources::add);
        Optional<LoadedEncoder> images = encoder.filter(this::sees).map(e ->
                resources.add(new LoadedEncoder(e, plan.device(), services, options.threads())));
        Generator generator = new Generator(name(), plan, program, memory, tokenizer,
                images.map(this::staging).orElse(MemorySegment.NULL),
                reader.map(r -> new PromptEncoder(r, plan.encoder().orElseThrow())), draft, System::nanoTime);
        EngineLoop<Sequence> loop = resources.add(new EngineLoop<>("engine-" + name(), generator));
        loop.start();
        return new EngineModel(this, Optional.of(new EngineModel.Generation(generator, loop, images)), Optional.empty(), resources);
    }

    /** Tells whether the device and the encoder's rows fit; says why not. */
    private boolean sees(ImageEncoder encoder) {
        int width = encoder.graph().output(Graph.EMBEDDING).width();
        int taken = ProjectorFile.rowWidth(plan.graph());
        if (!plan.device().images()) {
            LOG.log(Level.WARNING, name() + " does not see images on " + plan.device().info().id() + "; choose the processor for that");
        } else if (width != taken) {
            LOG.log(Level.WARNING, name() + " does not see images: its image encoder gives rows of " + width + " elements, the model takes "
                    + taken + "; they do not belong together");
        }
        return plan.device().images() && width == taken;
    }

    /** Returns memory for the rows of images in a step, {@code [tokens, width]}. */
    private MemorySegment staging(LoadedEncoder images) {
        Arena arena = Arena.ofShared();
        resources.add(arena::close);
        return arena.allocate(Math.multiplyExact(4L * images.width(), (long) plan.limits().maxTokens()), 64);
    }

    private EngineModel embedding(Program program, KvCache cache) {
        Embedder embedder = new Embedder(name(), plan, program, cache);
        EngineLoop<EmbedJob> loop = resources.add(new EngineLoop<>("engine-" + name(), embedder));
        loop.start();
        return new EngineModel(this, Optional.empty(), Optional.of(loop), resources);
    }
}
