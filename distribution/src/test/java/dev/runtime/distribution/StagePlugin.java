package dev.runtime.distribution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The plug-in of {@code src/test/plugins/stage}, compiled outside the reactor against the image's modules and dropped into a plug-ins
 * folder: a gate that refuses some keys, and the scripted engine of the dialects' own tests in place of models of a store.
 */
final class StagePlugin {
    /** Settings of a server that works on one request and lets none wait. */
    static final Map<String, String> ONE_PLACE = Map.of("OLLAMA_NUM_PARALLEL", "1", "OLLAMA_MAX_QUEUE", "0");

    private static final String BARE = "{{ .Prompt }}";
    private static final Map<String, String> TEMPLATES = Map.of("test", "{{ .Tools }}" + BARE, "plain", BARE,
            "think", "{{ .Tools }}{{ .Thinking }}" + BARE, "insert", BARE + "{{ .Suffix }}");
    private static final List<String> SHARED = List.of(
            "api/src/test/java/dev/runtime/api/testkit/FakeModels.java", "api/src/test/java/dev/runtime/api/testkit/MemoryExchange.java",
            "api/src/test/java/dev/runtime/api/testkit/ScriptedInference.java",
            "plugins/dialect/src/test/java/dev/runtime/plugin/dialect/testkit/AskedFacts.java",
            "plugins/dialect/src/test/java/dev/runtime/plugin/dialect/testkit/Fixture.java");

    private StagePlugin() {}

    /** Puts the plug-in into the plug-ins folder of a home, and the models that it speaks for into its store. */
    static void install(Path home) throws IOException {
        TestPlugin.install("stage", home, home.resolve("plugins"), SHARED.stream().map(Image.repository()::resolve).toArray(Path[]::new));
        WrittenStore store = WrittenStore.in(home);
        for (Map.Entry<String, String> model : TEMPLATES.entrySet()) {
            store.model(model.getKey(), WrittenStore.golden("llama"), Map.of("template", model.getValue()));
        }
        store.model("bert", WrittenStore.golden("bert"), Map.of());
    }

    /** Starts a server on a home that has the plug-in, and waits until that is active. */
    static Image.Server serve(Path home, Map<String, String> environment) throws IOException {
        Image.Server server = Image.serve(home, environment);
        server.getUntil("/stage", reply -> reply.statusCode() == 200);
        return server;
    }
}
