package dev.runtime.backend.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lwjgl.util.spvc.Spvc.SPVC_BACKEND_MSL;
import static org.lwjgl.util.spvc.Spvc.SPVC_CAPTURE_MODE_TAKE_OWNERSHIP;
import static org.lwjgl.util.spvc.Spvc.SPVC_COMPILER_OPTION_MSL_VERSION;
import static org.lwjgl.util.spvc.Spvc.SPVC_SUCCESS;
import static org.lwjgl.util.spvc.Spvc.spvc_compiler_compile;
import static org.lwjgl.util.spvc.Spvc.spvc_compiler_create_compiler_options;
import static org.lwjgl.util.spvc.Spvc.spvc_compiler_install_compiler_options;
import static org.lwjgl.util.spvc.Spvc.spvc_compiler_options_set_uint;
import static org.lwjgl.util.spvc.Spvc.spvc_context_create;
import static org.lwjgl.util.spvc.Spvc.spvc_context_create_compiler;
import static org.lwjgl.util.spvc.Spvc.spvc_context_destroy;
import static org.lwjgl.util.spvc.Spvc.spvc_context_get_last_error_string;
import static org.lwjgl.util.spvc.Spvc.spvc_context_parse_spirv;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/**
 * Every kernel can be said in Metal's language, so that a backend for Metal can take over this one's kernels: one entry point, one block
 * of arguments, no numbers of 64-bit floats. What a Metal compiler makes of it is not known here.
 */
class MetalTranslationTests {
    /** Metal 3, the first version with addresses of buffers. */
    private static final int METAL_3 = 30_000;

    @ParameterizedTest
    @MethodSource("dev.runtime.backend.vulkan.KernelArgumentsTests#files")
    void kernelsTranslate(String file) throws IOException {
        String text = translate(file);
        assertEquals(1, text.split("kernel void main0\\(", -1).length - 1, text);
        assertTrue(text.contains("constant Arguments& p [[buffer(0)]]") || text.matches("(?s).*constant \\w+& \\w+ \\[\\[buffer\\(0\\)]].*"), text);
        assertTrue(!text.contains("double"), "Metal has no 64-bit floats");
    }

    private static String translate(String file) throws IOException {
        byte[] code;
        try (InputStream in = VulkanBackend.class.getResourceAsStream("kernels/" + file + ".spv")) {
            code = in.readAllBytes();
        }
        IntBuffer words = ByteBuffer.allocateDirect(code.length).order(ByteOrder.nativeOrder()).put(code).flip().asIntBuffer();
        try (MemoryStack stack = MemoryStack.stackPush()) {
            PointerBuffer pointer = stack.mallocPointer(1);
            spvc_context_create(pointer);
            long context = pointer.get(0);
            try {
                done(context, spvc_context_parse_spirv(context, words, words.remaining(), pointer));
                done(context, spvc_context_create_compiler(context, SPVC_BACKEND_MSL, pointer.get(0), SPVC_CAPTURE_MODE_TAKE_OWNERSHIP,
                        pointer));
                long compiler = pointer.get(0);
                done(context, spvc_compiler_create_compiler_options(compiler, pointer));
                spvc_compiler_options_set_uint(pointer.get(0), SPVC_COMPILER_OPTION_MSL_VERSION, METAL_3);
                done(context, spvc_compiler_install_compiler_options(compiler, pointer.get(0)));
                done(context, spvc_compiler_compile(compiler, pointer));
                return MemoryUtil.memUTF8(pointer.get(0));
            } finally {
                spvc_context_destroy(context);
            }
        }
    }

    private static void done(long context, int result) {
        assertEquals(SPVC_SUCCESS, result, () -> spvc_context_get_last_error_string(context));
    }
}
