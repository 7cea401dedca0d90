import static org.lwjgl.util.spvc.Spvc.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/**
 * Translates the kernels of the backend for Vulkan from SPIR-V to Metal's language, part of the build: arguments are the folder of the compiled
 * kernels and that of the results. Numbers that the host fixes when it compiles a kernel become macros {@code SPIRV_CROSS_CONSTANT_ID_n}, all of
 * them, since only macros may be the length of an array. Nothing is done for results newer than their kernel.
 */
final class TranslateKernels {
    /** Metal 3, the first version with addresses of buffers. */
    private static final int METAL_3 = 30_000;

    /** How the translator writes a number that is set by the host's function constants. */
    private static final Pattern CONSTANT = Pattern.compile("constant (\\w+) (\\w+)_tmp \\[\\[function_constant\\((\\d+)\\)]];\n"
            + "constant \\1 \\2 = is_function_constant_defined\\(\\2_tmp\\) \\? \\2_tmp : (\\w+);\n");
    private static final String MACRO = "#ifndef SPIRV_CROSS_CONSTANT_ID_$3\n#define SPIRV_CROSS_CONSTANT_ID_$3 $4\n#endif\n"
            + "constant $1 $2 = SPIRV_CROSS_CONSTANT_ID_$3;\n";

    private TranslateKernels() {}

    public static void main(String[] arguments) throws IOException {
        Path results = Path.of(arguments[1]);
        Files.createDirectories(results);
        List<Path> kernels;
        try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
            kernels = files.filter(file -> file.toString().endsWith(".spv")).sorted().toList();
        }
        for (Path kernel : kernels) {
            Path result = results.resolve(kernel.getFileName().toString().replace(".spv", ".metal"));
            if (!Files.exists(result) || Files.getLastModifiedTime(result).compareTo(Files.getLastModifiedTime(kernel)) <= 0) {
                Files.writeString(result, translate(kernel));
            }
        }
    }

    private static String translate(Path kernel) throws IOException {
        byte[] code = Files.readAllBytes(kernel);
        IntBuffer words = ByteBuffer.allocateDirect(code.length).order(ByteOrder.nativeOrder()).put(code).flip().asIntBuffer();
        try (MemoryStack stack = MemoryStack.stackPush()) {
            PointerBuffer pointer = stack.mallocPointer(1);
            spvc_context_create(pointer);
            long context = pointer.get(0);
            try {
                done(context, spvc_context_parse_spirv(context, words, words.remaining(), pointer));
                done(context, spvc_context_create_compiler(context, SPVC_BACKEND_MSL, pointer.get(0), SPVC_CAPTURE_MODE_TAKE_OWNERSHIP, pointer));
                long compiler = pointer.get(0);
                done(context, spvc_compiler_create_compiler_options(compiler, pointer));
                spvc_compiler_options_set_uint(pointer.get(0), SPVC_COMPILER_OPTION_MSL_VERSION, METAL_3);
                spvc_compiler_options_set_bool(pointer.get(0), SPVC_COMPILER_OPTION_MSL_FORCE_NATIVE_ARRAYS, true);
                done(context, spvc_compiler_install_compiler_options(compiler, pointer.get(0)));
                done(context, spvc_compiler_compile(compiler, pointer));
                return CONSTANT.matcher(MemoryUtil.memUTF8(pointer.get(0))).replaceAll(MACRO);
            } finally {
                spvc_context_destroy(context);
            }
        }
    }

    private static void done(long context, int result) {
        if (result != SPVC_SUCCESS) {
            throw new IllegalStateException(spvc_context_get_last_error_string(context));
        }
    }
}
