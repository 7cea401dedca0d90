package dev.runtime.plugin.cli;

import java.util.Map;

/** Variables of the environment that commands name in their help. */
final class Variables {
    static final Map<String, String> MEANINGS = Map.ofEntries(
            Map.entry("OLLAMA_HOST", "address of the server (default 127.0.0.1:11434)"),
            Map.entry("OLLAMA_EDITOR", "editor for long messages (Ctrl+G)"),
            Map.entry("OLLAMA_NOHISTORY", "do not keep what was typed"),
            Map.entry("OLLAMA_MODELS", "folder of the models"),
            Map.entry("OLLAMA_KEEP_ALIVE", "how long models stay in memory (default 5m)"),
            Map.entry("OLLAMA_LOAD_TIMEOUT", "how long a load may stall (default 5m)"),
            Map.entry("OLLAMA_MAX_LOADED_MODELS", "models in memory at a time"),
            Map.entry("OLLAMA_NUM_PARALLEL", "requests of one model at a time"),
            Map.entry("OLLAMA_MAX_QUEUE", "requests that may wait"),
            Map.entry("OLLAMA_CONTEXT_LENGTH", "context of models where nobody says"),
            Map.entry("OLLAMA_KV_CACHE_TYPE", "type of the cache of keys and values (default f16)"),
            Map.entry("OLLAMA_ORIGINS", "web origins that may use the server"),
            Map.entry("OLLAMA_NOPRUNE", "keep blobs that no model needs"),
            Map.entry("OLLAMA_DEBUG", "tell more in the log"));

    private Variables() {}
}
