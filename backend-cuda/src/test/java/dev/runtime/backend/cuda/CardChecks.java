package dev.runtime.backend.cuda;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.DeviceRun;
import dev.runtime.api.testkit.TinyModel;
import dev.runtime.api.testkit.WeightFixture;
import dev.runtime.backend.cpu.CpuBackend;
import dev.runtime.backend.cuda.SyntheticModel.Mix;
import dev.runtime.backend.cuda.SyntheticModel.Shape;
import dev.runtime.backend.cuda.ffi.Driver;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The checks of CHECKS.md that measure: errors of products, bandwidth, tokens a second, prompts, leaks. Prints a table; needs a card. */
final class CardChecks {
    private static final int PROMPT = 2048;
    private static final int CONTEXT = 4096;
    private static final int BLOCK = 32;
    private static final int STEPS = 100;
    private static final double GIGA = 1e9;

    private CardChecks() {}

    public static void main(String[] arguments) {
        Device card = new CudaBackend().devices().getFirst();
        System.out.println(card.info());
        List<String> wanted = arguments.length == 0 ? List.of("errors", "leak", "speed") : List.of(arguments);
        if (wanted.contains("errors")) {
            errors(card);
        }
        if (wanted.contains("leak")) {
            leak(card);
        }
        if (wanted.contains("speed")) {
            double bandwidth = bandwidth(card);
            for (Shape shape : List.of(Shape.ONE, Shape.EIGHT)) {
                for (Mix mix : Mix.values()) {
                    speed(card, shape, mix, bandwidth);
                }
            }
        }
        if (wanted.contains("profile")) {
            profile(card);
        }
    }

    /** One prompt and one token of two layers, for a profiler around this process. */
    private static void profile(Device card) {
        for (Mix mix : Mix.values()) {
            SyntheticModel model = new SyntheticModel(Shape.TWO_LAYERS, mix);
            CompileOptions limits = new CompileOptions(PROMPT, 8, 8, CONTEXT, 0);
            StepInputs inputs = new StepInputs(limits);
            int[] table = IntStream.range(0, CONTEXT / BLOCK).toArray();
            try (KvCache cache = card.cache(model.graph().cacheLayout(), new CacheOptions(CONTEXT / BLOCK, BLOCK, 0, TensorType.F16, TensorType.F16));
                    Program program = card.compile(model.graph(), model, limits)) {
                step(program, inputs, cache, table, 0, PROMPT);
                step(program, inputs, cache, table, PROMPT, 1);
            }
        }
    }

    private static void errors(Device card) {
        Device oracle = new CpuBackend().devices().stream().filter(d -> d.info().id().equals("cpu-scalar")).findFirst().orElseThrow();
        System.out.println("normalised errors of products [2048 -> 256] with 1, 8 and 48 columns");
        for (TensorType type : List.of(TensorType.F32, TensorType.F16, TensorType.BF16, TensorType.Q8_0, TensorType.Q4_0, TensorType.Q4_K,
                TensorType.Q5_K, TensorType.Q6_K, TensorType.MXFP4)) {
            StringBuilder row = new StringBuilder(String.format("%-6s", type));
            for (int columns : new int[] {1, 8, 48}) {
                WeightFixture weights = new WeightFixture(columns);
                GraphBuilder b = new GraphBuilder();
                b.output("y", b.linear(b.embed(weights.matrix(TensorType.F32, 2048, 64), Op.Index.TOKEN, 45), weights.matrix(type, 2048, 256)));
                Graph graph = b.build();
                float[][] y = new float[2][];
                for (int i = 0; i < 2; i++) {
                    try (DeviceRun run = new DeviceRun(i == 0 ? card : oracle, graph, weights, TensorType.F16)) {
                        y[i] = run.sequence(new int[0], -1, 0, IntStream.range(0, columns).toArray()).run("y");
                    }
                }
                row.append(String.format(" %.1e", error(y[1], y[0])));
            }
            System.out.println(row);
        }
    }

    private static double error(float[] expected, float[] actual) {
        double error = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            error += ((double) expected[i] - actual[i]) * ((double) expected[i] - actual[i]);
            size += (double) expected[i] * expected[i];
        }
        return error / size;
    }

    private static void leak(Device card) {
        TinyModel model = new TinyModel(TensorType.Q4_K);
        long before = 0;
        for (int i = 0; i < 201; i++) {
            try (DeviceRun run = new DeviceRun(card, model.graph(), model.weights(), TensorType.F16)) {
                for (int turn = 0; turn < 3; turn++) {
                    run.sequence(new int[] {1}, -1, turn, turn).run(Graph.LOGITS);
                }
            }
            before = i == 0 ? card.freeBytes() : before;
        }
        System.out.println("free bytes after 1 and after 201 loads: " + before + ", " + card.freeBytes());
    }

    private static double bandwidth(Device card) {
        long bytes = 1L << 30;
        card.freeBytes();
        long a = Driver.allocate(bytes);
        long b = Driver.allocate(bytes);
        double[] times = new double[12];
        for (int i = 0; i < times.length; i++) {
            long start = System.nanoTime();
            Driver.copy(b, a, bytes, 0);
            Driver.synchronize(0);
            times[i] = (System.nanoTime() - start) / GIGA;
        }
        Driver.free(a);
        Driver.free(b);
        Arrays.sort(times);
        double bandwidth = 2 * bytes / times[times.length / 2];
        System.out.printf("copying on the device: %.0f GB/s read and written%n", bandwidth / GIGA);
        return bandwidth;
    }

    private static void speed(Device card, Shape shape, Mix mix, double bandwidth) {
        SyntheticModel model = new SyntheticModel(shape, mix);
        CompileOptions limits = new CompileOptions(PROMPT, 8, 8, CONTEXT, 0);
        StepInputs inputs = new StepInputs(limits);
        int[] table = IntStream.range(0, CONTEXT / BLOCK).toArray();
        long start = System.nanoTime();
        try (KvCache cache = card.cache(model.graph().cacheLayout(), new CacheOptions(CONTEXT / BLOCK, BLOCK, 0, TensorType.F16, TensorType.F16));
                Program program = card.compile(model.graph(), model, limits)) {
            System.out.printf("%s %s: loaded in %.1f s, %.2f GB%n", shape.name(), mix, (System.nanoTime() - start) / GIGA, program.bytes() / GIGA);
            double prompt = Double.MAX_VALUE;
            for (int i = 0; i < 4; i++) {
                prompt = Math.min(prompt, step(program, inputs, cache, table, 0, PROMPT));
            }
            double[] short512 = new double[STEPS];
            for (int i = 0; i < STEPS; i++) {
                short512[i] = step(program, inputs, cache, table, 512 + i, 1);
            }
            double[] deep = new double[STEPS];
            for (int i = 0; i < STEPS; i++) {
                deep[i] = step(program, inputs, cache, table, PROMPT + i, 1);
            }
            Arrays.sort(short512);
            double decode = short512[STEPS / 2];
            Arrays.sort(deep);
            double work = 2.0 * (model.elements() - 1L * tableElements(model)) * PROMPT;
            System.out.printf("%s %s: decode %.1f tokens/s at 512 (%.2f ms), %.1f at 2048; %.0f GB/s of weights, %.0f %% of copying; prompt of %d: "
                            + "%.0f tokens/s, %.0f TFLOP/s of products; logits %s%n", shape.name(), mix, 1 / decode, decode * 1e3, 1 / deep[STEPS / 2],
                    model.bytesRead() / decode / GIGA, 100 * model.bytesRead() / decode / bandwidth, PROMPT, PROMPT / prompt, work / prompt / 1e12,
                    finite(program) ? "finite" : "NOT FINITE");
        }
    }

    /** The elements of the output matrix, which a prompt's last token alone reads. */
    private static long tableElements(SyntheticModel model) {
        return model.graph().weights().stream().reduce((first, second) -> second).orElseThrow().tensor().elements();
    }

    private static double step(Program program, StepInputs inputs, KvCache cache, int[] table, int from, int count) {
        inputs.clear();
        inputs.beginSequence(table, -1);
        for (int i = 0; i < count; i++) {
            inputs.addToken((from + i) * 37 % 128_000, from + i, i == count - 1);
        }
        long start = System.nanoTime();
        program.run(inputs, cache);
        return (System.nanoTime() - start) / GIGA;
    }

    private static boolean finite(Program program) {
        for (int i = 0; i < 1000; i++) {
            if (!Float.isFinite(program.output(Graph.LOGITS).getAtIndex(ValueLayout.JAVA_FLOAT, i))) {
                return false;
            }
        }
        return true;
    }
}
