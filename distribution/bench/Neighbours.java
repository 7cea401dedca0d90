import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What requests cost each other: the time to the first token of a newcomer while others generate, against an idle engine, and what the
 * others' pace loses while a long prompt is taken in.
 *
 * <p>{@code java Neighbours.java IMAGE MODEL [STREAMS [LONG [SHORT [ROUNDS]]]]}: the folder of the image, a weight file, 8 streams, prompts of
 * about 2000 and 128 words, 3 rounds. Starts a server of its own; prints medians.
 */
public class Neighbours {
    private static final Pattern PROMPT = Pattern.compile("\"prompt_eval_count\":(\\d+)");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Random random = new Random(1);
    private final URI uri;
    private final String model;

    Neighbours(URI uri, String model) {
        this.uri = uri;
        this.model = model;
    }

    public static void main(String[] args) throws Exception {
        int streams = args.length > 2 ? Integer.parseInt(args[2]) : 8;
        int longPrompt = args.length > 3 ? Integer.parseInt(args[3]) : 2_000;
        int shortPrompt = args.length > 4 ? Integer.parseInt(args[4]) : 128;
        int rounds = args.length > 5 ? Integer.parseInt(args[5]) : 3;
        try (Server server = new Server(Path.of(args[0]), Path.of(args[1]), 0, streams + 1)) {
            new Neighbours(server.uri(), Path.of(args[1]).toAbsolutePath().toString()).run(streams, longPrompt, shortPrompt, rounds);
        }
        System.exit(0);
    }

    private void run(int streams, int longPrompt, int shortPrompt, int rounds) throws Exception {
        firstToken(shortPrompt);
        firstToken(longPrompt);
        double[] idleShort = new double[rounds];
        double[] idleLong = new double[rounds];
        double[] busyShort = new double[rounds];
        double[] busyLong = new double[rounds];
        double[] kept = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            idleShort[i] = firstToken(shortPrompt);
            idleLong[i] = firstToken(longPrompt);
        }
        AtomicLong tokens = new AtomicLong();
        CountDownLatch flowing = new CountDownLatch(20 * streams);
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            running.add(Thread.ofVirtual().start(() -> stream(tokens, flowing)));
        }
        flowing.await();
        for (int i = 0; i < rounds; i++) {
            double alone = pace(tokens, 3_000);
            busyShort[i] = firstToken(shortPrompt);
            pace(tokens, 1_500);
            long before = tokens.get();
            long start = System.nanoTime();
            busyLong[i] = firstToken(longPrompt);
            kept[i] = (tokens.get() - before) * 1e9 / (System.nanoTime() - start) / alone;
        }
        running.forEach(Thread::interrupt);
        System.out.printf("first token of %d words: idle %.0f ms, beside %d streams %.0f ms, ratio %.2f%n", shortPrompt, median(idleShort), streams,
                median(busyShort), median(busyShort) / median(idleShort));
        System.out.printf("first token of %d words: idle %.0f ms, beside %d streams %.0f ms, ratio %.2f%n", longPrompt, median(idleLong), streams,
                median(busyLong), median(busyLong) / median(idleLong));
        System.out.printf("pace of the streams meanwhile: %.0f %% of what it is without%n", 100 * median(kept));
    }

    /** Returns the tokens per second of all streams together, over a while. */
    private static double pace(AtomicLong tokens, long millis) throws InterruptedException {
        long before = tokens.get();
        long start = System.nanoTime();
        Thread.sleep(millis);
        return (tokens.get() - before) * 1e9 / (System.nanoTime() - start);
    }

    /** Generates until the thread is interrupted. */
    private void stream(AtomicLong tokens, CountDownLatch flowing) {
        while (!Thread.currentThread().isInterrupted()) {
            try (BufferedReader lines = ask(16, 4_000)) {
                while (lines.readLine() != null) {
                    tokens.incrementAndGet();
                    flowing.countDown();
                }
            } catch (IOException | InterruptedException e) {
                return;
            }
        }
    }

    /** Returns the milliseconds until the first token. */
    private double firstToken(int words) throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (BufferedReader lines = ask(words, 1)) {
            String line = lines.readLine();
            double millis = (System.nanoTime() - start) / 1e6;
            for (; line != null; line = lines.readLine()) {
                Matcher matcher = PROMPT.matcher(line);
                if (matcher.find() && Integer.parseInt(matcher.group(1)) < words / 2) {
                    throw new IOException("the prompt has only " + matcher.group(1) + " tokens");
                }
            }
            return millis;
        }
    }

    private BufferedReader ask(int words, int most) throws IOException, InterruptedException {
        StringBuilder prompt = new StringBuilder();
        synchronized (random) {
            for (int i = 0; i < words; i++) {
                prompt.append((char) ('a' + random.nextInt(26))).append(' ');
            }
        }
        String body = "{\"model\":\"" + model + "\",\"raw\":true,\"prompt\":\"" + prompt + "\",\"options\":{\"temperature\":0,"
                + "\"num_ctx\":8192,\"draft_num_predict\":0,\"num_predict\":" + most + "}}";
        HttpRequest request = HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build();
        HttpResponse<java.io.InputStream> reply = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        if (reply.statusCode() != 200) {
            throw new IOException(new String(reply.body().readAllBytes()));
        }
        return new BufferedReader(new InputStreamReader(reply.body()));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
