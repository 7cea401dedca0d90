package dev.runtime.distribution;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The finished image, run as its users run it. */
final class Image {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private Image() {}

    static Path dir() {
        return Path.of(System.getProperty("image.dir"));
    }

    static Path repository() {
        return Path.of(System.getProperty("repo.root"));
    }

    /**
     * A command that has ended.
     *
     * @param status exit status
     * @param out standard output
     * @param err standard error
     */
    record Finished(int status, String out, String err) {}

    /** Runs a command of the image with an empty store and no server in reach. */
    static Finished run(Path home, String input, String... arguments) {
        return run(home, Map.of("OLLAMA_HOST", "127.0.0.1:1"), input, arguments);
    }

    static Finished run(Path home, Map<String, String> environment, String input, String... arguments) {
        return execute(builder(home, environment, arguments), input);
    }

    static Finished execute(ProcessBuilder builder, String input) {
        return execute(builder, input, PATIENCE);
    }

    private static Finished execute(ProcessBuilder builder, String input, Duration patience) {
        try {
            Process process = builder.start();
            var out = read(process.getInputStream());
            var err = read(process.getErrorStream());
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // the command ended without reading its input
            }
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(builder.command() + " did not end; output so far: " + out.getNow("") + err.getNow(""));
            }
            return new Finished(process.exitValue(), out.get(), err.get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static java.util.concurrent.CompletableFuture<String> read(java.io.InputStream stream) {
        return java.util.concurrent.CompletableFuture.supplyAsync(() -> {
            try (stream) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, task -> Thread.ofVirtual().start(task));
    }

    /** Starts a server on a free port with its own store and plug-ins folder below {@code home}. */
    static Server serve(Path home, String... arguments) throws IOException {
        return serve(home, Map.of(), arguments);
    }

    /** Starts a server; it listens at {@code OLLAMA_HOST} if the environment has that. */
    static Server serve(Path home, Map<String, String> environment, String... arguments) throws IOException {
        Files.createDirectories(home.resolve("plugins"));
        Map<String, String> all = new HashMap<>(Map.of("OLLAMA_HOST", "127.0.0.1:0"));
        all.putAll(environment);
        ProcessBuilder builder = builder(home, all, Stream.concat(Stream.of("serve"), Stream.of(arguments)).toArray(String[]::new));
        return new Server(builder.redirectErrorStream(true).start(), home);
    }

    static ProcessBuilder builder(Path home, Map<String, String> environment, String... arguments) {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(dir().resolve("bin/runtime").toString()), Stream.of(arguments)).toList());
        builder.environment().keySet().removeIf(name -> name.startsWith("OLLAMA_") || name.startsWith("RUNTIME_"));
        builder.environment().put("HOME", home.toString());
        builder.environment().put("OLLAMA_MODELS", home.resolve("models").toString());
        builder.environment().put("RUNTIME_PLUGINS", home.resolve("plugins").toString());
        builder.environment().putAll(environment);
        return builder;
    }

    /** A running server; its log can be waited on. */
    static final class Server implements AutoCloseable {
        private final Process process;
        private final Path home;
        private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
        private final StringBuffer all = new StringBuffer();
        private final URI base;
        private final HttpClient http = HttpClient.newHttpClient();

        Server(Process process, Path home) {
            this.process = process;
            this.home = home;
            Thread.ofVirtual().start(() -> {
                try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        all.append(line).append('\n');
                        log.add(line);
                    }
                } catch (IOException e) {
                    log.add("log ended: " + e);
                }
            });
            String line;
            try {
                line = await(l -> l.contains("Listening on http://"));
            } catch (AssertionError e) {
                process.destroyForcibly();
                throw e;
            }
            base = URI.create(line.replaceFirst(".*Listening on (http://[^ ]+).*", "$1"));
        }

        /** Waits for a line of the log, which is taken out with all before it. */
        String await(Predicate<String> wanted) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            try {
                while (true) {
                    String line = log.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                    if (line == null) {
                        throw new AssertionError("not in the log in time; log:\n" + all);
                    }
                    if (wanted.test(line)) {
                        return line;
                    }
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        String log() {
            return all.toString();
        }

        URI base() {
            return base;
        }

        Path plugins() {
            return home.resolve("plugins");
        }

        Process process() {
            return process;
        }

        HttpResponse<String> get(String path) {
            return send(HttpRequest.newBuilder(base.resolve(path)).build());
        }

        HttpResponse<String> post(String path, String body) {
            return send(HttpRequest.newBuilder(base.resolve(path)).POST(HttpRequest.BodyPublishers.ofString(body)).build());
        }

        HttpResponse<String> send(HttpRequest request) {
            try {
                return http.send(request, HttpResponse.BodyHandlers.ofString());
            } catch (IOException e) {
                throw new UncheckedIOException("server log:\n" + all, e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Repeats a request until its answer is as wanted; the bound is generous, the time is not what is tested. */
        HttpResponse<String> getUntil(String path, Predicate<HttpResponse<String>> wanted) {
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (true) {
                HttpResponse<String> response = get(path);
                if (wanted.test(response)) {
                    return response;
                }
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(path + " still answers " + response.statusCode() + " " + response.body() + "; log:\n" + all);
                }
                Thread.onSpinWait();
            }
        }

        @Override
        public void close() {
            http.close();
            process.destroy();
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("the server did not end on SIGTERM; log:\n" + all);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Tells whether a program is on the PATH. */
    static boolean onPath(String program) {
        return Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator)).anyMatch(dir -> Files.isExecutable(Path.of(dir, program)));
    }

    /** Runs a program in a folder; fails with its output unless it succeeds. */
    static String program(Path folder, List<String> command) {
        return program(folder, command, PATIENCE);
    }

    /** Runs a program that may take so long. */
    static String program(Path folder, List<String> command, Duration patience) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        Finished finished = execute(builder, "", patience);
        if (finished.status() != 0) {
            throw new AssertionError(command + " ended with " + finished.status() + ":\n" + finished.out());
        }
        return finished.out();
    }
}
