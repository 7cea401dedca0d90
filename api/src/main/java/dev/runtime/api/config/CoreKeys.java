package dev.runtime.api.config;

import dev.runtime.api.Stable;
import dev.runtime.api.config.ConfigKey.Type;
import java.util.List;

/** The keys of the kernel itself. Environment names are those that users of local model servers already have set. */
@Stable
public final class CoreKeys {
    /** Where the server listens and clients connect. */
    public static final ConfigKey HOST = ConfigKey.of("server.host", Type.STRING, "127.0.0.1:11434",
            "address of the server: [scheme://]host[:port]", "OLLAMA_HOST");
    /** Origins of web pages that may call, beside those of this machine. */
    public static final ConfigKey ORIGINS = ConfigKey.of("server.origins", Type.LIST, "",
            "origins of web pages that may call the server, beside local ones; * for all", "OLLAMA_ORIGINS");
    /** Longest request body. */
    public static final ConfigKey MAX_BODY = ConfigKey.of("server.max-body-bytes", Type.BYTES, "256MiB",
            "longest request body", "RUNTIME_MAX_BODY");
    /** Longest wait for the next part of a body. */
    public static final ConfigKey BODY_TIMEOUT = ConfigKey.of("server.body-timeout", Type.DURATION, "30s",
            "longest wait for the next part of a request body", "RUNTIME_BODY_TIMEOUT");
    /** Whether ignored fields and fallbacks are refused. */
    public static final ConfigKey STRICT = ConfigKey.of("server.strict", Type.BOOLEAN, "false",
            "refuse requests with fields that nothing consumed", "RUNTIME_STRICT");
    /** The store. */
    public static final ConfigKey MODELS = ConfigKey.of("store.models", Type.PATH, "",
            "folder of the model store", "OLLAMA_MODELS");
    /** Folders of weight files. */
    public static final ConfigKey FOLDERS = ConfigKey.of("store.folders", Type.LIST, "",
            "folders whose weight files are models where they lie, such as those of other programs", "RUNTIME_MODEL_FOLDERS");
    /** Whether unused blobs stay. */
    public static final ConfigKey NO_PRUNE = ConfigKey.of("store.no-prune", Type.BOOLEAN, "false",
            "keep blobs that no model needs", "OLLAMA_NOPRUNE");
    /** The watched folder of plug-ins. */
    public static final ConfigKey PLUGINS = ConfigKey.of("plugins.folder", Type.PATH, "",
            "folder watched for plug-ins; the image's own if not set", "RUNTIME_PLUGINS");
    /** How long idle models stay. */
    public static final ConfigKey KEEP_ALIVE = ConfigKey.of("schedule.keep-alive", Type.DURATION, "5m",
            "how long an idle model stays loaded; negative for ever", "OLLAMA_KEEP_ALIVE");
    /** Loaded models. */
    public static final ConfigKey MAX_LOADED = ConfigKey.of("schedule.max-loaded-models", Type.INTEGER, "0",
            "models loaded at the same time; 0 chooses", "OLLAMA_MAX_LOADED_MODELS");
    /** Waiting requests. */
    public static final ConfigKey MAX_QUEUE = ConfigKey.of("schedule.max-queue", Type.INTEGER, "512",
            "requests that may wait for a model: to load, or for their turn in it", "OLLAMA_MAX_QUEUE");
    /** Parallel requests of a model. */
    public static final ConfigKey NUM_PARALLEL = ConfigKey.of("schedule.num-parallel", Type.INTEGER, "0",
            "sequences of a model in one batch; 0 chooses", "OLLAMA_NUM_PARALLEL");
    /** Longest load without progress. */
    public static final ConfigKey LOAD_TIMEOUT = ConfigKey.of("schedule.load-timeout", Type.DURATION, "5m",
            "longest load of a model without progress", "OLLAMA_LOAD_TIMEOUT");
    /** Context of a sequence. */
    public static final ConfigKey CONTEXT_LENGTH = ConfigKey.of("engine.context-length", Type.INTEGER, "0",
            "context length where a request does not say; 0 chooses", "OLLAMA_CONTEXT_LENGTH");
    /** Element type of the KV cache. */
    public static final ConfigKey KV_CACHE_TYPE = ConfigKey.of("engine.kv-cache-type", Type.STRING, "f16",
            "element type of the KV cache: f32, f16, bf16, q8_0 or q4_0", "OLLAMA_KV_CACHE_TYPE");
    /** Whether full contexts evaluate again what they keep. */
    public static final ConfigKey EXACT_SHIFT = ConfigKey.of("engine.exact-shift", Type.BOOLEAN, "false",
            "evaluate again what a full context keeps, which takes long, instead of moving what the KV cache has of it", "RUNTIME_EXACT_SHIFT");
    /** Disk for prompts that the KV cache has no room for. */
    public static final ConfigKey CACHE_SPILL = ConfigKey.of("engine.cache-spill", Type.BYTES, "0",
            "bytes on disk, for each loaded model, for prompts that the KV cache no longer has room for; 0 for none", "RUNTIME_CACHE_SPILL");
    /** Where that disk space is. */
    public static final ConfigKey CACHE_FOLDER = ConfigKey.of("engine.cache-folder", Type.PATH, "",
            "folder of those files, which are gone with the process; that for temporary files if not set", "RUNTIME_CACHE_FOLDER");
    /** The device to run on. */
    public static final ConfigKey DEVICE = ConfigKey.of("engine.device", Type.STRING, "",
            "backend or device to run on, such as cpu; empty chooses", "RUNTIME_DEVICE");
    /** Threads on the processor. */
    public static final ConfigKey THREADS = ConfigKey.of("engine.threads", Type.INTEGER, "0",
            "threads on the processor; 0 for one a core", "RUNTIME_THREADS");
    /** Whether those threads stay where they are. */
    public static final ConfigKey PIN_THREADS = ConfigKey.of("engine.pin-threads", Type.BOOLEAN, "false",
            "keep each of those threads on one core, for machines that do nothing else", "RUNTIME_PIN_THREADS");
    /** More logging. */
    public static final ConfigKey DEBUG = ConfigKey.of("log.debug", Type.BOOLEAN, "false",
            "log details", "OLLAMA_DEBUG");

    private CoreKeys() {}

    /** Returns all of them. */
    public static List<ConfigKey> all() {
        return List.of(HOST, ORIGINS, MAX_BODY, BODY_TIMEOUT, STRICT, MODELS, FOLDERS, NO_PRUNE, PLUGINS, KEEP_ALIVE, MAX_LOADED, MAX_QUEUE,
                NUM_PARALLEL, LOAD_TIMEOUT, CONTEXT_LENGTH, KV_CACHE_TYPE, EXACT_SHIFT, CACHE_SPILL, CACHE_FOLDER, DEVICE, THREADS, PIN_THREADS, DEBUG);
    }
}
