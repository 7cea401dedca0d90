import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** llama.cpp with one model, behind the program of llama.c. */
final class Llama implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;
    private long residentMb;

    /** The programs that were built, and the folder of the libraries. */
    record Build(Path program, Path roof, Path libraries) {
        /** Returns the read bandwidth in GB/s by number of threads. */
        Map<Integer, Double> bandwidth() throws IOException, InterruptedException {
            Map<Integer, Double> rates = new LinkedHashMap<>();
            for (String line : output(roof.toString()).lines().toList()) {
                Matcher matcher = Pattern.compile("(\\d+) threads: ([0-9.]+) GB/s").matcher(line);
                if (matcher.find()) {
                    rates.put(Integer.parseInt(matcher.group(1)), Double.parseDouble(matcher.group(2)));
                }
            }
            return rates;
        }
    }

    /** Builds the driver against the headers and libraries of the package, and the measurement of the bandwidth. */
    static Build build(Path modules, Path sources) throws IOException, InterruptedException {
        Path libraries = modules.resolve("@node-llama-cpp/linux-x64/bins/linux-x64").toAbsolutePath();
        Path work = Files.createTempDirectory("llama");
        Path headers = work.resolve("source");
        output("git", "clone", "-q", modules.resolve("node-llama-cpp/llama/gitRelease.bundle").toAbsolutePath().toString(), headers.toString());
        List<String> command = new ArrayList<>(List.of("cc", "-O2", sources.resolve("llama.c").toString(), "-o", work.resolve("llama").toString(),
                "-I" + headers.resolve("include"), "-I" + headers.resolve("ggml/include")));
        try (var files = Files.list(libraries)) {
            files.map(Path::toString).filter(f -> f.matches(".*/lib(llama\\.v.*|ggml\\.v.*|ggml-base)\\.so")).forEach(command::add);
        }
        command.addAll(List.of("-Wl,-rpath," + libraries, "-Wl,--allow-shlib-undefined"));
        output(command.toArray(String[]::new));
        output("cc", "-O3", "-march=native", "-pthread", sources.resolve("roof.c").toString(), "-o", work.resolve("roof").toString());
        return new Build(work.resolve("llama"), work.resolve("roof"), libraries);
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + text);
        }
        return text;
    }

    Llama(Build build, Path model) throws IOException {
        process = new ProcessBuilder(build.program().toString(), build.libraries().toString(), model.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream()));
        commands = process.outputWriter();
    }

    double ask(String command) throws IOException {
        return Double.parseDouble(answer(command));
    }

    /** Returns the seconds of loading and the first token. */
    double load() throws IOException {
        String[] parts = answer("load").split(" ");
        residentMb = Long.parseLong(parts[1]);
        return Double.parseDouble(parts[0]);
    }

    long residentMb() {
        return residentMb;
    }

    private String answer(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("llama.cpp ended at '" + command + "'");
        }
        return line;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        commands.close();
        process.waitFor();
    }
}
