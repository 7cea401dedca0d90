import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server of the image with one model; rates are those of the server's own clock, but for batches. */
final class Server implements AutoCloseable {
    private static final SplittableRandom RANDOM = new SplittableRandom();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path model;
    private final Process process;
    private final BufferedReader log;
    private final URI uri;

    /** Tokens of a word of the prompts; measured with the first. */
    private double tokensOfWord = 2;

    Server(Path image, Path model, int threads) throws IOException {
        this(image, model, threads, 16);
    }

    /** Starts the image with room for {@code parallel} sequences; it ends with this program, however that ends. */
    Server(Path image, Path model, int threads, int parallel) throws IOException {
        this.model = model.toAbsolutePath();
        ProcessBuilder builder = new ProcessBuilder(image.resolve("bin/runtime").toString(), "serve", "--host", "127.0.0.1:0");
        builder.environment().put("RUNTIME_THREADS", Integer.toString(threads));
        builder.environment().put("RUNTIME_PIN_THREADS", "true");
        builder.environment().put("OLLAMA_NUM_PARALLEL", Integer.toString(parallel));
        process = builder.redirectErrorStream(true).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        log = new BufferedReader(new InputStreamReader(process.getInputStream()));
        uri = URI.create(address() + "/api/generate");
        Thread.ofVirtual().start(() -> log.lines().forEach(line -> { }));
    }

    private String address() throws IOException {
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            Matcher matcher = Pattern.compile("Listening on (http://[^ ]+)").matcher(line);
            if (matcher.find()) {
                return matcher.group(1);
            }
        }
        throw new IOException("the server did not start");
    }

    /** Returns the address of {@code /api/generate}. */
    URI uri() {
        return uri;
    }

    /** Returns the seconds from the first request to its first token. */
    double firstToken() throws IOException, InterruptedException {
        long start = System.nanoTime();
        ask("abc", 1, 2048);
        return (System.nanoTime() - start) / 1e9;
    }

    /** Returns the gigabytes of weights that a token reads. */
    double weights() throws IOException, InterruptedException {
        return Weights.gigabytes(post(uri.resolve("show"), "{\"model\":\"" + model + "\",\"verbose\":true}"));
    }

    private String post(URI address, String body) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(address).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString()).body();
    }

    /** Loads the model and waits until its copies of weights are made: until the memory of the process is the same for some seconds. */
    void settle() throws IOException, InterruptedException {
        ask("abc", 1, 2048);
        long before = 0;
        int same = 0;
        while (same < 4) {
            if (process.waitFor(1, TimeUnit.SECONDS)) {
                throw new IOException("the server ended with " + process.exitValue());
            }
            long now = residentMb();
            same = now == before ? same + 1 : 0;
            before = now;
        }
    }

    /** Has Java compile what a reply runs; the first round of each test, which does not count, does the rest. */
    void warmUp() throws IOException, InterruptedException {
        for (int i = 0; i < 4; i++) {
            generate(0, 64);
        }
    }

    double prompt(int tokens) throws IOException, InterruptedException {
        return prompted(tokens, 1, Math.max(2048, tokens + 512)).promptRate();
    }

    double generate(int depth, int tokens) throws IOException, InterruptedException {
        return (depth == 0 ? ask("abc", tokens, 2048) : prompted(depth, tokens, depth + 512)).rate();
    }

    private Reply prompted(int tokens, int generated, int context) throws IOException, InterruptedException {
        if (tokensOfWord == 2) {
            tokensOfWord = ask(words(100), 1, context).prompt() / 100.0;
        }
        return ask(words((int) (tokens / tokensOfWord)), generated, context);
    }

    /** All tokens of so many requests a second, from the first request to the last reply. */
    double batch(int sequences, int tokens) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> replies = new ArrayList<>();
            long start = System.nanoTime();
            for (int i = 0; i < sequences; i++) {
                String prompt = words(2);
                replies.add(threads.submit(() -> ask(prompt, tokens, 2048)));
            }
            int total = 0;
            for (Future<Reply> reply : replies) {
                total += reply.get().count();
            }
            return total * 1e9 / (System.nanoTime() - start);
        }
    }

    private static String words(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append((char) ('a' + RANDOM.nextInt(26))).append((char) ('a' + RANDOM.nextInt(26))).append(RANDOM.nextInt(10));
        }
        return text.toString();
    }

    private record Reply(int prompt, double promptRate, int count, double rate) {}

    private Reply ask(String prompt, int tokens, int context) throws IOException, InterruptedException {
        String body = "{\"model\":\"" + model + "\",\"raw\":true,\"stream\":false,\"prompt\":\"" + prompt + "\",\"keep_alive\":-1,"
                + "\"options\":{\"num_predict\":" + tokens + ",\"temperature\":0,\"draft_num_predict\":0,\"num_ctx\":" + context + "}}";
        String reply = post(uri, body);
        long read = number(reply, "prompt_eval_count");
        long count = number(reply, "eval_count");
        return new Reply((int) read, read * 1e9 / number(reply, "prompt_eval_duration"), (int) count, count * 1e9 / number(reply, "eval_duration"));
    }

    private static long number(String reply, String key) throws IOException {
        Matcher matcher = Pattern.compile("\"" + key + "\":(\\d+)").matcher(reply);
        if (!matcher.find()) {
            throw new IOException("no " + key + " in " + reply);
        }
        return Long.parseLong(matcher.group(1));
    }

    long residentMb() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        throw new IOException("no memory of process " + process.pid());
    }

    @Override
    public void close() throws InterruptedException {
        http.close();
        process.destroy();
        process.waitFor();
    }
}
