import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Finishes the image that jlink wrote: adds launcher, configuration and models, then lets the image run its typical
 * commands once, to record the ahead-of-time caches that make its start short.
 *
 * <p>A JVM compares a cache with {@code lib/modules} by size alone, and would run the old code of a cache that was
 * recorded for another image of the same size. So the caches carry a digest of that file in their names, and the
 * launcher knows the name. With native kernels all commands start with the same modules and share one cache; without, those
 * that compute have one of their own.
 *
 * <p>Arguments: the image, the folder of files to add, the folder of models, the licence, the main class as
 * {@code module/class}, whether to record the caches, and the folder of native libraries, which may be absent.
 */
final class FinishImage {
    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration REPLY_LIMIT = Duration.ofSeconds(120);
    private static final long STOP_LIMIT_SECONDS = 180;

    private final Path image;
    private final Path scratch;

    private FinishImage(Path image) {
        this.image = image;
        this.scratch = image.resolveSibling("aot-training");
    }

    public static void main(String[] args) throws Exception {
        Path image = Path.of(args[0]).toAbsolutePath();
        var finish = new FinishImage(image);
        copyTree(Path.of(args[1]), image);
        copyTree(Path.of(args[2]), image.resolve("models"));
        Files.copy(Path.of(args[3]), image.resolve("LICENSE"));
        boolean nativeKernels = copyLibraries(Path.of(args[6]), image.resolve("lib"));
        String id = digest(image.resolve("lib/modules"));
        finish.fillInLauncher(id, args[4]);
        if (Boolean.parseBoolean(args[5])) {
            Files.createDirectories(image.resolve("lib/aot"));
            if (!nativeKernels) {
                finish.recordCommand(image.resolve("lib/aot/command-" + id + ".aot"));
            }
            finish.recordServer(image.resolve("lib/aot/compute-" + id + ".aot"));
        }
    }

    /** Native kernels go where the JVM has its own libraries; without a C compiler there are none. Tells whether there are. */
    private static boolean copyLibraries(Path from, Path to) throws IOException {
        boolean found = false;
        if (Files.isDirectory(from)) {
            try (Stream<Path> files = Files.list(from)) {
                for (Path file : (Iterable<Path>) files.filter(f -> f.toString().matches(".*\\.(so|dylib|dll)"))::iterator) {
                    Files.copy(file, to.resolve(file.getFileName().toString()));
                    found = true;
                }
            }
        }
        return found;
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    private static String digest(Path modules) throws Exception {
        var sha256 = MessageDigest.getInstance("SHA-256");
        try (var in = Files.newInputStream(modules)) {
            byte[] buffer = new byte[1 << 20];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(sha256.digest(), 0, 8);
    }

    private void fillInLauncher(String id, String mainClass) throws IOException {
        Path launcher = image.resolve("bin/runtime");
        Files.writeString(launcher, Files.readString(launcher).replace("@image.id@", id).replace("@main.class@", mainClass));
        if (!launcher.toFile().setExecutable(true, false)) {
            throw new IOException("cannot make " + launcher + " executable");
        }
    }

    private void recordCommand(Path cache) throws Exception {
        Process help = launch(cache, "127.0.0.1:0", "--help");
        awaitEnd(help, cache);
        if (help.exitValue() != 0) {
            throw failure("--help ended with exit code " + help.exitValue(), cache);
        }
    }

    /** A server that answers a few requests: what it loads and links then is what the cache holds. */
    private void recordServer(Path cache) throws Exception {
        String address = "127.0.0.1:" + freePort();
        Process server = launch(cache, address, "serve");
        try (var client = HttpClient.newHttpClient()) {
            awaitReply(client, server, address, cache);
            send(client, address, "/api/tags", HttpRequest.BodyPublishers.noBody());
            send(client, address, "/api/chat", HttpRequest.BodyPublishers.ofString("""
                {"model": "demo", "options": {"num_predict": 16}, "messages": [{"role": "user", "content": "Hello"}]}
                """));
            send(client, address, "/api/generate", HttpRequest.BodyPublishers.ofString("""
                {"model": "demo", "options": {"num_predict": 8}, "prompt": "Hello", "stream": false}
                """));
        } finally {
            server.destroy();
        }
        awaitEnd(server, cache);
    }

    private void awaitReply(HttpClient client, Process server, String address, Path cache) throws Exception {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!answers(client, address)) {
            if (server.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                throw failure("the server did not start", cache);
            }
        }
    }

    private static boolean answers(HttpClient client, String address) throws InterruptedException {
        try {
            client.send(HttpRequest.newBuilder(URI.create("http://" + address + "/")).build(), HttpResponse.BodyHandlers.discarding());
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** A reply that is no success only makes the cache poorer: the tests are the judge of it. */
    private static void send(HttpClient client, String address, String path, HttpRequest.BodyPublisher body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(REPLY_LIMIT)
            .header("Content-Type", "application/json")
            .method(body.contentLength() == 0 ? "GET" : "POST", body).build();
        var reply = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (reply.statusCode() != 200) {
            System.err.println(path + " answered " + reply.statusCode() + " while the start was recorded: " + reply.body());
        }
    }

    private Process launch(Path cache, String address, String... arguments) throws IOException {
        Files.createDirectories(scratch);
        var builder = new ProcessBuilder(Stream.concat(Stream.of(image.resolve("bin/runtime").toString()), Stream.of(arguments)).toList());
        // a relative name: the option is split at spaces, which the image's path may hold
        builder.directory(cache.getParent().toFile());
        builder.environment().put("RUNTIME_JAVA_OPTS", "-XX:AOTCacheOutput=" + cache.getFileName());
        builder.environment().put("HOME", scratch.toString());
        builder.environment().put("OLLAMA_MODELS", scratch.resolve("models").toString());
        builder.environment().put("OLLAMA_HOST", address);
        return builder.redirectErrorStream(true).redirectOutput(log(cache).toFile()).start();
    }

    private Path log(Path cache) {
        return scratch.resolve(cache.getFileName() + ".log");
    }

    private void awaitEnd(Process process, Path cache) throws Exception {
        if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw failure("no end within " + STOP_LIMIT_SECONDS + " s", cache);
        }
        if (!Files.exists(cache)) {
            throw failure("no cache was written", cache);
        }
    }

    private IllegalStateException failure(String what, Path cache) throws IOException {
        return new IllegalStateException("recording " + cache.getFileName() + ": " + what + "; output:\n" + Files.readString(log(cache)));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
