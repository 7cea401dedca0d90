import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tokens per second of a running image, one sequence: {@code java Decode.java IMAGE MODEL.gguf THREADS [TOKENS] [ROUNDS] [DRIVER | SCHEMA.json]}.
 *
 * <p>Starts the image's server, asks it to generate from a short raw prompt, and prints median, minimum and maximum of the rounds, as
 * the server's own clock says ({@code eval_count / eval_duration}), and the bytes of weights read a second. With DRIVER, the program
 * that runs llama.cpp ({@code DRIVER bench MODEL 1 0 TOKENS}), each round of ours is followed by one of its, so that both see the same
 * machine. With SCHEMA, a file, each round is followed by one whose answer is held to that schema; both draw with a temperature of 0.8
 * and without guessed tokens.
 */
public final class Decode {
    private static final Pattern COUNT = Pattern.compile("\"eval_count\":(\\d+)");
    private static final String GREEDY = "\"temperature\":0,\"draft_num_predict\":0}";
    private static final String DRAWN = "\"temperature\":0.8,\"seed\":1,\"draft_num_predict\":0}";
    private static final Pattern DURATION = Pattern.compile("\"eval_duration\":(\\d+)");

    public static void main(String[] arguments) throws Exception {
        Path image = Path.of(arguments[0]);
        Path model = Path.of(arguments[1]).toAbsolutePath();
        String threads = arguments[2];
        int tokens = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 64;
        int rounds = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 5;
        String driver = arguments.length > 5 ? arguments[5] : "";
        ProcessBuilder builder = new ProcessBuilder(image.resolve("bin/runtime").toString(), "serve", "--host", "127.0.0.1:0");
        builder.environment().put("RUNTIME_THREADS", threads);
        Process server = builder.redirectErrorStream(true).start();
        try (BufferedReader log = new BufferedReader(new InputStreamReader(server.getInputStream()));
                HttpClient http = HttpClient.newHttpClient();
                AutoCloseable ending = server::destroy) { // first to end: the log is at its end only then
            URI uri = URI.create(address(log) + "/api/generate");
            Thread.ofVirtual().start(() -> log.lines().forEach(line -> { }));
            boolean held = driver.endsWith(".json");
            String free = held ? DRAWN : GREEDY;
            String constrained = held ? DRAWN + ",\"format\":" + Files.readString(Path.of(driver)) : "";
            rate(http, uri, model, 16, free);
            double[] ours = new double[rounds];
            double[] theirs = new double[rounds];
            for (int r = 0; r < rounds; r++) {
                ours[r] = rate(http, uri, model, tokens, free);
                theirs[r] = driver.isEmpty() ? 0 : held ? rate(http, uri, model, tokens, constrained) : driverRate(driver, model, threads, tokens);
            }
            report("runtime", ours, Files.size(model));
            if (!driver.isEmpty()) {
                report(held ? "held" : "llama.cpp", theirs, Files.size(model));
                double[] ratios = new double[rounds];
                Arrays.setAll(ratios, r -> ours[r] / theirs[r]);
                Arrays.sort(ratios);
                System.out.printf(Locale.ROOT, "ratio median %.2f (min %.2f max %.2f)%n", ratios[rounds / 2], ratios[0], ratios[rounds - 1]);
            }
        }
        server.waitFor();
    }

    private static String address(BufferedReader log) throws IOException {
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            Matcher matcher = Pattern.compile("Listening on (http://[^ ]+)").matcher(line);
            if (matcher.find()) {
                return matcher.group(1);
            }
        }
        throw new IOException("the server did not start");
    }

    private static double rate(HttpClient http, URI uri, Path model, int tokens, String more) throws IOException, InterruptedException {
        String body = "{\"model\":\"" + model + "\",\"raw\":true,\"stream\":false,\"prompt\":\"abc\",\"keep_alive\":-1,"
                + "\"options\":{\"num_predict\":" + tokens + ",\"num_ctx\":2048," + more + "}";
        String reply = http.send(HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString()).body();
        Matcher count = COUNT.matcher(reply);
        Matcher duration = DURATION.matcher(reply);
        if (!count.find() || !duration.find()) {
            throw new IOException("no counts in " + reply);
        }
        return Long.parseLong(count.group(1)) * 1e9 / Long.parseLong(duration.group(1));
    }

    private static double driverRate(String driver, Path model, String threads, int tokens) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(driver, "bench", model.toString(), "1", "0", Integer.toString(tokens)).start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
            double rate = 0;
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                Matcher matcher = Pattern.compile("threads " + threads + " tg\\d+ median ([0-9.]+)").matcher(line);
                rate = matcher.find() ? Double.parseDouble(matcher.group(1)) : rate;
            }
            process.waitFor();
            return rate;
        }
    }

    private static void report(String name, double[] rates, long bytes) {
        double[] sorted = rates.clone();
        Arrays.sort(sorted);
        double median = sorted[sorted.length / 2];
        System.out.printf(Locale.ROOT, "%-10s %.2f t/s (min %.2f max %.2f), %.1f GB/s of weights%n", name, median, sorted[0],
                sorted[sorted.length - 1], median * bytes / 1e9);
    }
}
