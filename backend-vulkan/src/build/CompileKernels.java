import static org.lwjgl.util.shaderc.Shaderc.*;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Compiles the kernels in GLSL to SPIR-V, part of the build: arguments are the folder of the sources and that of the results. A kernel that
 * says {@code // variants: weights} in its first line is compiled once for each type that {@code weights.glsl} names. Nothing is done if all
 * results are newer than all sources.
 */
final class CompileKernels {
    private final Path sources;
    private final Path results;
    private final long compiler = shaderc_compiler_initialize();
    private final long options = shaderc_compile_options_initialize();

    private CompileKernels(Path sources, Path results) {
        this.sources = sources;
        this.results = results;
    }

    public static void main(String[] args) throws IOException {
        new CompileKernels(Path.of(args[0]), Path.of(args[1])).run();
    }

    private void run() throws IOException {
        shaderc_compile_options_set_target_env(options, shaderc_target_env_vulkan, shaderc_env_version_vulkan_1_2);
        shaderc_compile_options_set_optimization_level(options, shaderc_optimization_level_performance);
        Files.createDirectories(results);
        FileTime newest = FileTime.fromMillis(0);
        List<Path> kernels = new ArrayList<>();
        for (Path file : list(sources)) {
            FileTime time = Files.getLastModifiedTime(file);
            newest = time.compareTo(newest) > 0 ? time : newest;
            if (file.toString().endsWith(".comp")) {
                kernels.add(file);
            }
        }
        List<String> types = types();
        for (Path kernel : kernels) {
            String text = Files.readString(kernel);
            String name = kernel.getFileName().toString().replace(".comp", "");
            if (text.startsWith("// variants: weights")) {
                for (String type : types) {
                    compile(name + "-" + type, "#define WEIGHT " + type + "\n#include \"weights.glsl\"\n" + text, newest);
                }
            } else {
                compile(name, text, newest);
            }
        }
    }

    private List<String> types() throws IOException {
        return Files.readString(sources.resolve("weights.glsl")).lines().filter(line -> line.startsWith("// types: "))
                .flatMap(line -> Stream.of(line.substring("// types: ".length()).split(" "))).toList();
    }

    private void compile(String name, String text, FileTime newest) throws IOException {
        Path result = results.resolve(name + ".spv");
        if (Files.exists(result) && Files.getLastModifiedTime(result).compareTo(newest) > 0) {
            return;
        }
        String whole = "#version 460\n" + included("#include \"common.glsl\"\n" + text);
        long compiled = shaderc_compile_into_spv(compiler, whole, shaderc_compute_shader, name, "main", options);
        if (shaderc_result_get_compilation_status(compiled) != shaderc_compilation_status_success) {
            throw new IllegalStateException(name + ":\n" + shaderc_result_get_error_message(compiled));
        }
        ByteBuffer code = shaderc_result_get_bytes(compiled);
        byte[] bytes = new byte[code.remaining()];
        code.get(bytes);
        Files.write(result, bytes);
        shaderc_result_release(compiled);
    }

    private String included(String text) {
        StringBuilder whole = new StringBuilder();
        text.lines().forEach(line -> {
            if (line.startsWith("#include \"")) {
                whole.append(included(read(line.substring(10, line.length() - 1))));
            } else {
                whole.append(line).append('\n');
            }
        });
        return whole.toString();
    }

    private String read(String file) {
        try {
            return Files.readString(sources.resolve(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
