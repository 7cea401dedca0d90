package dev.runtime.plugin.architectures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.runtime.api.backend.Device;
import dev.runtime.api.model.Architecture;
import dev.runtime.api.model.BuildOptions;
import dev.runtime.api.model.BuildOptions.Output;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.testkit.GoldenFolder;
import dev.runtime.backend.cpu.CpuBackend;
import dev.runtime.plugin.format.gguf.GgufFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every model of the golden folder on every CPU device, against the logits and greedy tokens of the reference implementation
 * (llama.cpp; the folder's README states versions, settings and how each tolerance came about).
 *
 * <p>A quantised model may match either reference: quantised activations ({@code tol.nmse}) or float activations on dequantised
 * weights ({@code tol.nmse_f32_weights}). Greedy tokens are demanded wherever the margin exceeds the tolerance matched. A model of
 * a family that is not built yet is skipped with its name.
 */
class GoldenModelTests {
    private static final Map<String, String> TABLE = new TreeMap<>();

    @TempDir
    static Path temporary;

    @TestFactory
    Stream<DynamicTest> everyModelOfTheCompactCopy() throws IOException {
        // the folder outside holds the same models, so one device is enough for the copy then
        long devices = GoldenFolder.outside("models").isPresent() ? 1 : Long.MAX_VALUE;
        return tests(GoldenFolder.compact(getClass(), "models"), devices);
    }

    @TestFactory
    Stream<DynamicTest> everyModelOutside() throws IOException {
        Optional<Path> folder = GoldenFolder.outside("models");
        return folder.isPresent() ? tests(folder.get(), Long.MAX_VALUE)
                : Stream.of(DynamicTest.dynamicTest("golden folder", () -> abort("no golden folder outside the repository")));
    }

    @AfterAll
    static void printTable() {
        System.out.printf("%-24s %-12s %-12s %-10s %s%n", "model", "device", "nmse", "tolerance", "reference, greedy tokens checked");
        TABLE.values().forEach(System.out::println);
    }

    private static Stream<DynamicTest> tests(Path folder, long count) throws IOException {
        return tests(folder, new CpuBackend().devices().stream().limit(count).toList(), name -> true, temporary);
    }

    /** Returns a test for each model whose name is wanted on each device; weights are unpacked into a folder. */
    static Stream<DynamicTest> tests(Path folder, List<Device> devices, Predicate<String> wanted, Path unpacked)
            throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        assertTrue(!devices.isEmpty(), "no device");
        for (JsonNode entry : JsonMapper.shared().readTree(folder.resolve("index.json")).get("models")) {
            String name = entry.get("name").asString();
            for (Device device : wanted.test(name) ? devices : List.<Device>of()) {
                tests.add(DynamicTest.dynamicTest(name + " on " + device.info().id(), () -> check(folder, entry, device, unpacked)));
            }
        }
        return tests.stream();
    }

    private static void check(Path folder, JsonNode entry, Device device, Path unpacked) throws IOException {
        String arch = entry.get("arch").asString();
        Optional<Architecture> found = Architectures.of(arch);
        if (found.isEmpty()) {
            abort("architecture " + arch + " is not built yet");
        }
        Architecture architecture = found.orElseThrow();
        GoldenModel model = GoldenModel.read(folder, entry.get("name").asString());
        Path file = model.unpack(unpacked);
        try (ModelFile opened = new GgufFormat().open(file)) {
            boolean embeds = model.facts().get("kind").asString().equals("emb");
            var unsupported = device.unsupported(architecture.build(opened,
                    new BuildOptions(256, embeds ? Output.EMBEDDING : Output.LOGITS)));
            if (!unsupported.isEmpty()) {
                abort(device.info().id() + ": " + unsupported.getFirst().reason());
            }
            try (GoldenRun run = new GoldenRun(opened, architecture, embeds ? Output.EMBEDDING : Output.LOGITS, device)) {
                String row = embeds ? embeddings(model, run) : logits(model, run);
                TABLE.put(model.name() + device.info().id(), String.format("%-24s %-12s %s", model.name(), device.info().id(), row));
            }
        } finally {
            Files.delete(file);
        }
    }

    private static String embeddings(GoldenModel model, GoldenRun run) {
        double tolerance = model.facts().get("tol").get("nmse").asDouble();
        String pooling = model.facts().get("default_pooling").asString();
        double worst = 0;
        for (JsonNode prompt : model.facts().get("prompts")) {
            run.restart();
            float[] vector = run.feed(GoldenModel.ints(prompt.get("ids")));
            worst = Math.max(worst, GoldenModel.nmse(vector, model.vector(prompt.get("embeddings").get(pooling))));
        }
        assertTrue(worst <= tolerance, "nmse " + worst + " > " + tolerance);
        return String.format("%-12.2e %-10.1e embeddings, pooling %s", worst, tolerance, pooling);
    }

    private static String logits(GoldenModel model, GoldenRun run) {
        JsonNode tolerances = model.facts().get("tol");
        double tolerance = tolerances.get("nmse").asDouble();
        double floatTolerance = tolerances.has("nmse_f32_weights") ? tolerances.get("nmse_f32_weights").asDouble() : 0;
        JsonNode prompts = model.facts().get("prompts");
        double worst = 0;
        double allowed = 0;
        int tokens = 0;
        boolean asFloats = false;
        for (int p = 0; p < prompts.size(); p++) {
            JsonNode prompt = prompts.get(p);
            run.restart();
            float[] logits = run.feed(GoldenModel.ints(prompt.get("ids")));
            double error = GoldenModel.nmse(logits, model.vector(prompt.get("logits")));
            JsonNode floats = model.facts().has("f32_weights") ? model.facts().get("f32_weights").get(p) : null;
            double floatError = floats == null ? Double.NaN : GoldenModel.nmse(logits, model.vector(floats.get("logits")));
            asFloats = floatError <= floatTolerance;
            if (!asFloats && error > tolerance) {
                fail(model.name() + ", prompt " + p + ": nmse " + error + " > " + tolerance + " (float activations: " + floatError + " > " + floatTolerance + ")");
            }
            tokens += asFloats ? floatGreedy(model, prompt, floats, run, logits) : greedy(model, prompt, run, logits);
            worst = Math.max(worst, asFloats ? floatError : error);
            allowed = asFloats ? floatTolerance : tolerance;
        }
        return String.format("%-12.2e %-10.1e %s, %d", worst, allowed, asFloats ? "float activations" : "as is", tokens);
    }

    /** Feeds the reference's own greedy tokens and demands each that is far enough from a tie. */
    private static int greedy(GoldenModel model, JsonNode prompt, GoldenRun run, float[] logits) {
        int[] greedy = GoldenModel.ints(prompt.get("greedy"));
        int safe = prompt.get("greedy_safe_steps").asInt();
        for (int step = 0; step < safe; step++) {
            assertEquals(greedy[step], GoldenRun.argmax(logits), model.name() + ", greedy token " + step);
            logits = run.feed(greedy[step]);
        }
        return safe;
    }

    private static int floatGreedy(GoldenModel model, JsonNode prompt, JsonNode floats, GoldenRun run, float[] logits) {
        int[] fed = GoldenModel.ints(prompt.get("greedy"));
        int[] expected = GoldenModel.ints(floats.get("greedy_teacher_forced"));
        int checked = 0;
        int[] safe = GoldenModel.ints(floats.get("safe_steps"));
        for (int step = 0; step < fed.length && checked < safe.length; step++) {
            if (safe[checked] == step) {
                assertEquals(expected[step], GoldenRun.argmax(logits), model.name() + ", greedy token " + step);
                checked++;
            }
            logits = run.feed(fed[step]);
        }
        return checked;
    }
}
