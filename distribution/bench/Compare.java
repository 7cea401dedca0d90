import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * This runtime beside llama.cpp in one run: {@code java Compare.java IMAGE NODE_MODULES MODELS [TEST[,TEST...]] [MODEL...]}.
 *
 * <p>IMAGE is the built image; NODE_MODULES the folder into which {@code npm install --ignore-scripts node-llama-cpp@3.22} put its
 * packages; MODELS a folder of GGUF files ({@code make_gguf.py} makes such), of which MODEL names some. The tests are {@code prompt}
 * (512 tokens, 1 and 2 threads), {@code generate} (64 tokens, 1 and 2 threads), {@code batch} (8 and 16 sequences, 2 threads),
 * {@code depth} (after 8192 tokens, 2 threads) and {@code load}; without a choice the first two run. Needs git, a C compiler, and two
 * cores that are left alone.
 *
 * <p>Each round of ours is followed by one of llama.cpp's, both through the public interface of each: HTTP here, llama.h there. Figures
 * are medians of the rounds, ratios medians of the ratios of a round. The bandwidth is measured between the rounds; what generation uses of
 * it is the rate times the weights of a token, of what was measured before the round and after it. Where a virtual machine's memory is not
 * all as fast, it matters which of it a process got: {@code -Dservers=N} repeats the rounds with N processes. One line a run goes to
 * {@code perf-history.jsonl} beside this file.
 */
public final class Compare {
    private static final int ROUNDS = Integer.getInteger("rounds", 3);
    private static final int SERVERS = Integer.getInteger("servers", 1);

    /** Before a load: a machine that gives the memory of a process that ended back to its host is slow meanwhile. */
    private static final long QUIET_MILLIS = 15_000;

    /** The name of a figure with its samples of ours and of theirs, and the shares of the read bandwidth, of ours where that matters. */
    private record Figure(String name, List<Double> ours, List<Double> theirs, List<Double> shares) {
        Figure(String name) {
            this(name, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        double ratio() {
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < ours.size(); i++) {
                ratios.add(ours.get(i) / theirs.get(i));
            }
            return median(ratios);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path here = Path.of(Compare.class.getProtectionDomain().getCodeSource().getLocation().toURI()).getParent();
        Path image = Path.of(arguments[0]);
        List<String> tests = List.of((arguments.length > 3 ? arguments[3] : "prompt,generate").split(","));
        List<Path> models = models(Path.of(arguments[2]), Arrays.asList(arguments).subList(Math.min(4, arguments.length), arguments.length));
        Llama.Build llama = Llama.build(Path.of(arguments[1]), here);
        Map<String, Map<String, Figure>> results = new LinkedHashMap<>();
        Map<Integer, List<Double>> bandwidth = new TreeMap<>();
        for (Path model : models) {
            Map<String, Figure> figures = results.computeIfAbsent(model.getFileName().toString(), name -> new LinkedHashMap<>());
            if (tests.contains("load")) {
                loads(figures, image, llama, model);
            }
            int parallel = tests.contains("batch") ? 16 : 1;
            try (Llama theirs = new Llama(llama, model)) {
                for (int i = 0; i < 2 * SERVERS; i++) {
                    int threads = 1 + i % 2;
                    rounds(tests, threads, figures, bandwidth, new Server(image, model, threads, parallel), llama, theirs);
                }
            }
            figures.values().forEach(f -> System.out.printf(Locale.ROOT, "%-18s %-22s %8.2f  llama.cpp %8.2f  ratio %.2f%s%n",
                    model.getFileName(), f.name(), median(f.ours()), median(f.theirs()), f.ratio(), f.shares().isEmpty() ? ""
                            : String.format(Locale.ROOT, "  %.0f %% of the read bandwidth", 100 * median(f.shares()))));
        }
        bandwidth.forEach((threads, rates) -> System.out.printf(Locale.ROOT, "read bandwidth, %d threads: %.1f GB/s%n", threads, median(rates)));
        append(here.resolve("perf-history.jsonl"), results, bandwidth);
    }

    /**
     * Each loads alone, with room for one sequence of 2048 tokens and the file in the page cache, some time after the other has ended; the
     * server has been up as long before it is asked. The first time, which may find the programs on the disk only, does not count.
     */
    private static void loads(Map<String, Figure> figures, Path image, Llama.Build llama, Path model) throws Exception {
        for (int round = -1; round < ROUNDS; round++) {
            Map<String, Figure> kept = round < 0 ? new LinkedHashMap<>() : figures;
            try (Server ours = new Server(image, model, 2, 1)) {
                read(model);
                Thread.sleep(QUIET_MILLIS);
                sample(kept, "seconds to first token", Figure::ours, ours.firstToken());
                ours.settle();
                sample(kept, "resident MB", Figure::ours, (double) ours.residentMb());
            }
            read(model);
            Thread.sleep(QUIET_MILLIS);
            try (Llama theirs = new Llama(llama, model)) {
                sample(kept, "seconds to first token", Figure::theirs, theirs.load());
                sample(kept, "resident MB", Figure::theirs, (double) theirs.residentMb());
            }
        }
    }

    /** Has the page cache hold all of a file. */
    private static void read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static void sample(Map<String, Figure> figures, String name, Function<Figure, List<Double>> side, double value) {
        side.apply(figures.computeIfAbsent(name, Figure::new)).add(value);
    }

    /** The tests that take so many threads; nothing of ours but their server runs meanwhile. */
    private static void rounds(List<String> tests, int threads, Map<String, Figure> figures, Map<Integer, List<Double>> bandwidth, Server server,
            Llama.Build llama, Llama theirs) throws Exception {
        try (Server ours = server) {
            ours.settle();
            ours.warmUp();
            Map<Integer, Double> before = Map.of();
            for (int round = -1; round < ROUNDS; round++) {
                Map<String, Figure> kept = round < 0 ? new LinkedHashMap<>() : figures;
                for (String test : tests) {
                    measure(test, threads, kept, ours, theirs);
                }
                Map<Integer, Double> after = llama.bandwidth();
                after.forEach((t, rate) -> bandwidth.computeIfAbsent(t, key -> new ArrayList<>()).add(rate));
                Figure generation = kept.get(generation(threads));
                if (round >= 0 && generation != null) {
                    double read = (before.get(threads) + after.get(threads)) / 2;
                    generation.shares().add(generation.ours().getLast() * ours.weights() / read);
                }
                before = after;
            }
        }
    }

    private static String generation(int threads) {
        return "generate, " + named(threads);
    }

    private static String named(int threads) {
        return threads + (threads == 1 ? " thread" : " threads");
    }

    private static void measure(String test, int threads, Map<String, Figure> figures, Server ours, Llama theirs) throws Exception {
        switch (test) {
            case "prompt" -> figure(figures, "prompt 512, " + named(threads), () -> ours.prompt(512), () -> theirs.ask("prompt " + threads + " 512"));
            case "generate" -> figure(figures, generation(threads), () -> ours.generate(0, 64), () -> theirs.ask("generate " + threads + " 64 0"));
            case "batch" -> {
                if (threads == 2) {
                    figure(figures, "8 sequences", () -> ours.batch(8, 64), () -> theirs.ask("batch 2 8 64"));
                    figure(figures, "16 sequences", () -> ours.batch(16, 64), () -> theirs.ask("batch 2 16 64"));
                }
            }
            case "depth" -> {
                if (threads == 2) {
                    figure(figures, "generate at 8192", () -> ours.generate(8192, 32), () -> theirs.ask("generate 2 32 8192"));
                }
            }
            case "load" -> { }
            default -> throw new IllegalArgumentException("no test '" + test + "'; there are prompt, generate, batch, depth and load");
        }
    }

    private static void figure(Map<String, Figure> figures, String name, Callable<Double> ours, Callable<Double> theirs) throws Exception {
        sample(figures, name, Figure::ours, ours.call());
        sample(figures, name, Figure::theirs, theirs.call());
    }

    private static List<Path> models(Path folder, List<String> wanted) throws IOException {
        try (var files = Files.list(folder)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".gguf"))
                    .filter(file -> wanted.isEmpty() || wanted.stream().anyMatch(file.getFileName().toString()::startsWith)).sorted().toList();
            if (found.isEmpty()) {
                throw new IOException("no GGUF file in " + folder + " whose name starts with one of " + wanted);
            }
            return found;
        }
    }

    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static void append(Path file, Map<String, Map<String, Figure>> results, Map<Integer, List<Double>> bandwidth) throws IOException {
        StringBuilder line = new StringBuilder("{\"time\":\"" + Instant.now() + "\",\"processor\":\"" + processor() + "\",\"commit\":\"" + commit()
                + "\",\"rounds\":" + ROUNDS + ",\"read_gb_s\":{");
        bandwidth.forEach((threads, rates) -> line.append(separator(line)).append(String.format(Locale.ROOT, "\"%d\":%.1f", threads, median(rates))));
        line.append("},\"models\":{");
        results.forEach((model, figures) -> {
            line.append(separator(line)).append('"').append(model).append("\":{");
            figures.values().forEach(f -> line.append(separator(line)).append(String.format(Locale.ROOT,
                    "\"%s\":{\"runtime\":%.2f,\"llama.cpp\":%.2f,\"ratio\":%.3f%s}", f.name(), median(f.ours()), median(f.theirs()), f.ratio(),
                    f.shares().isEmpty() ? "" : String.format(Locale.ROOT, ",\"of_read\":%.3f", median(f.shares())))));
            line.append('}');
        });
        Files.writeString(file, line + "}}\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static String separator(StringBuilder line) {
        return line.charAt(line.length() - 1) == '{' ? "" : ",";
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        return !Files.exists(info) ? System.getProperty("os.arch") : Files.readAllLines(info).stream().filter(l -> l.startsWith("model name")
                || l.startsWith("cpu family") || l.startsWith("model\t")).limit(3).map(l -> l.replaceFirst(".*: ", "")).reduce((a, b) -> a + "/" + b)
                .orElse("?");
    }

    private static String commit() {
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "--short", "HEAD").start();
            try (BufferedReader out = new BufferedReader(new InputStreamReader(git.getInputStream()))) {
                return String.valueOf(out.readLine());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
