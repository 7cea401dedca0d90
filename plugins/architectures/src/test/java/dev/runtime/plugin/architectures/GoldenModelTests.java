package dev.runtime.plugin.architectures;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.runtime.api.backend.Device;
import dev.runtime.api.model.Architecture;
import dev.runtime.api.model.BuildOptions;
import dev.runtime.api.model.BuildOptions.Output;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.testkit.GoldenFolder;
import dev.runtime.plugin.format.gguf.GgufFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every model of the golden folder on all {@link GoldenDevices}, against the logits and greedy tokens of the reference implementation
 * (llama.cpp; the folder's README states versions, settings and how each tolerance came about).
 *
 * <p>A quantised model may match either reference: quantised activations ({@code tol.nmse}) or float activations on dequantised
 * weights ({@code tol.nmse_f32_weights}). Greedy tokens are demanded wherever the margin exceeds the tolerance matched. A model of
 * a family that is not built yet is skipped with its name.
 */
class GoldenModelTests {
    private static final GoldenTable TABLE = new GoldenTable();

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
    static void publishTable() throws IOException {
        TABLE.publish();
    }

    private static Stream<DynamicTest> tests(Path folder, long count) throws IOException {
        return tests(folder, GoldenDevices.all().stream().limit(count).toList(), name -> true, temporary);
    }

    /** Returns a test for each model whose name is wanted on each device; weights are unpacked into a folder. */
    static Stream<DynamicTest> tests(Path folder, List<Device> devices, Predicate<String> wanted, Path unpacked)
            throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
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
            if (model.needsHalfGelu()) {
                try (GoldenRun run = new GoldenRun(opened, architecture, Output.EMBEDDING, device, true)) {
                    TABLE.add(embeddings(model, run, device.info().id(), model.facts().get("tol").get("nmse"), ", half GELU"));
                }
            }
            try (GoldenRun run = new GoldenRun(opened, architecture, embeds ? Output.EMBEDDING : Output.LOGITS, device, false)) {
                TABLE.add(embeds ? embeddings(model, run, device.info().id(), model.tolerance(), "") : logits(model, run, device.info().id()));
            }
        } finally {
            Files.delete(file);
        }
    }

    private static GoldenTable.Row embeddings(GoldenModel model, GoldenRun run, String device, JsonNode bound, String what) {
        double tolerance = bound.asDouble();
        String pooling = model.pooling(run.pooling());
        double worst = 0;
        double error = 0;
        for (JsonNode prompt : model.facts().get("prompts")) {
            float[] vector = run.prompt(GoldenModel.ints(prompt.get("ids")));
            float[] reference = model.vector(prompt.get("embeddings").get(pooling));
            worst = Math.max(worst, GoldenModel.nmse(vector, reference));
            error = Math.max(error, GoldenModel.largestError(vector, reference));
        }
        assertTrue(worst <= tolerance, "nmse " + worst + " > " + tolerance);
        return new GoldenTable.Row(model.family(), model.types(), model.name(), device, worst, tolerance, error, pooling + what, 0, 0, 0);
    }

    private static GoldenTable.Row logits(GoldenModel model, GoldenRun run, String device) {
        JsonNode tolerances = model.facts().get("tol");
        double tolerance = tolerances.get("nmse").asDouble();
        double floatTolerance = tolerances.has("nmse_f32_weights") ? tolerances.get("nmse_f32_weights").asDouble() : 0;
        JsonNode prompts = model.facts().get("prompts");
        double worst = 0;
        double largest = 0;
        Greedy greedy = new Greedy(0, 0, 0);
        boolean asFloats = false;
        for (int p = 0; p < prompts.size(); p++) {
            JsonNode prompt = prompts.get(p);
            float[] logits = run.prompt(GoldenModel.ints(prompt.get("ids")));
            float[] reference = model.vector(prompt.get("logits"));
            double error = GoldenModel.nmse(logits, reference);
            JsonNode floats = model.facts().has("f32_weights") ? model.facts().get("f32_weights").get(p) : null;
            float[] floatReference = floats == null ? reference : model.vector(floats.get("logits"));
            double floatError = floats == null ? Double.NaN : GoldenModel.nmse(logits, floatReference);
            boolean within = floatError <= floatTolerance;
            if (!within && !(error <= tolerance)) {
                fail(model.name() + ", prompt " + p + ": nmse " + error + " > " + tolerance + " (float activations: " + floatError + " > "
                        + floatTolerance + ")");
            }
            // with several prompts, the row is of the wider reference if one prompt needed it
            asFloats = within && (p == 0 || asFloats);
            greedy = greedy.plus(within ? floatGreedy(model, prompt, floats, run, logits) : greedy(model, prompt, run, logits));
            worst = Math.max(worst, within ? floatError : error);
            largest = Math.max(largest, GoldenModel.largestError(logits, within ? floatReference : reference));
        }
        return new GoldenTable.Row(model.family(), model.types(), model.name(), device, worst, asFloats ? floatTolerance : tolerance, largest,
                asFloats ? "float activations" : "as is", greedy.agreed(), greedy.chosen(), greedy.demanded());
    }

    /** Greedy tokens that are the reference's, all of them, and those that were demanded. */
    private record Greedy(int agreed, int chosen, int demanded) {
        Greedy plus(Greedy other) {
            return new Greedy(agreed + other.agreed, chosen + other.chosen, demanded + other.demanded);
        }
    }

    /** Demands each token that is far enough from a tie. */
    private static Greedy greedy(GoldenModel model, JsonNode prompt, GoldenRun run, float[] logits) {
        int[] greedy = GoldenModel.ints(prompt.get("greedy"));
        BitSet safe = new BitSet();
        safe.set(0, prompt.get("greedy_safe_steps").asInt());
        return greedy(model, greedy, greedy, safe, run, logits);
    }

    private static Greedy floatGreedy(GoldenModel model, JsonNode prompt, JsonNode floats, GoldenRun run, float[] logits) {
        BitSet safe = new BitSet();
        for (int step : GoldenModel.ints(floats.get("safe_steps"))) {
            safe.set(step);
        }
        return greedy(model, GoldenModel.ints(prompt.get("greedy")), GoldenModel.ints(floats.get("greedy_teacher_forced")), safe, run, logits);
    }

    /** Feeds the reference's own tokens. */
    private static Greedy greedy(GoldenModel model, int[] fed, int[] expected, BitSet safe, GoldenRun run, float[] logits) {
        int agreed = 0;
        for (int step = 0; step < fed.length; step++) {
            boolean same = expected[step] == GoldenRun.argmax(logits);
            assertTrue(same || !safe.get(step), model.name() + ", greedy token " + step + ": " + GoldenRun.argmax(logits) + " instead of " + expected[step]);
            agreed += same ? 1 : 0;
            logits = run.feed(fed[step]);
        }
        return new Greedy(agreed, fed.length, safe.cardinality());
    }
}
