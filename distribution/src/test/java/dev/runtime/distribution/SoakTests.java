package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random requests from four clients at once, some of them damaged, some given up half-way: the server answers each, never with a fault of its
 * own, and gives the right answer at the end. A few seconds here, an hour in the profile {@code soak}.
 */
class SoakTests {
    private static final int CLIENTS = 4;
    private static final long SECONDS = Long.getLong("soak.seconds", 6);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();

    @Test
    void everyRequestIsAnsweredAndTheServerGoesOn(@TempDir Path home) throws Exception {
        try (Image.Server server = Image.serve(home, Map.of("OLLAMA_CONTEXT_LENGTH", "1024", "OLLAMA_NUM_PARALLEL", "3",
                "RUNTIME_CACHE_SPILL", "4MiB"))) {
            long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(i);
                clients.add(Thread.ofPlatform().start(() -> {
                    while (System.nanoTime() < end && faults.isEmpty()) {
                        ask(server, random);
                    }
                }));
            }
            for (Thread client : clients) {
                client.join();
            }
            assertEquals(List.of(), List.copyOf(faults), server.log());
            assertTrue(server.process().isAlive());
            assertTrue(answered.get() > CLIENTS, "answered: " + answered.get());
            HttpResponse<String> reply = server.post("/api/generate", """
                    {"model":"demo","prompt":"What is the capital of France?","think":false,"stream":false,"options":{"temperature":0}}""");
            assertTrue(reply.body().contains("Paris"), reply.body());
        }
    }

    private void ask(Image.Server server, Random random) {
        SoakRequest request = SoakRequest.random(random);
        HttpRequest http = HttpRequest.newBuilder(server.base().resolve(request.path())).timeout(Duration.ofMinutes(2))
                .POST(BodyPublishers.ofString(request.body())).build();
        try {
            HttpResponse<InputStream> reply = this.http.send(http, BodyHandlers.ofInputStream());
            try (InputStream body = reply.body()) {
                byte[] start = request.givenUp() ? body.readNBytes(random.nextInt(300)) : body.readAllBytes();
                if (reply.statusCode() >= 500 && reply.statusCode() != 503) {
                    faults.add(reply.statusCode() + " for " + request + ": " + new String(start));
                }
                answered.incrementAndGet();
            }
        } catch (IOException e) {
            faults.add(e + " for " + request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
