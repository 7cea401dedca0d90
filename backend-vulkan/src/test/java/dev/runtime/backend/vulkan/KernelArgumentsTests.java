package dev.runtime.backend.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lwjgl.util.spvc.Spvc.SPVC_BACKEND_NONE;
import static org.lwjgl.util.spvc.Spvc.SPVC_CAPTURE_MODE_COPY;
import static org.lwjgl.util.spvc.Spvc.SPVC_RESOURCE_TYPE_PUSH_CONSTANT;
import static org.lwjgl.util.spvc.Spvc.spvc_compiler_create_shader_resources;
import static org.lwjgl.util.spvc.Spvc.spvc_compiler_get_type_handle;
import static org.lwjgl.util.spvc.Spvc.spvc_compiler_type_struct_member_offset;
import static org.lwjgl.util.spvc.Spvc.spvc_context_create;
import static org.lwjgl.util.spvc.Spvc.spvc_context_create_compiler;
import static org.lwjgl.util.spvc.Spvc.spvc_context_destroy;
import static org.lwjgl.util.spvc.Spvc.spvc_context_parse_spirv;
import static org.lwjgl.util.spvc.Spvc.spvc_resources_get_resource_list_for_type;
import static org.lwjgl.util.spvc.Spvc.spvc_type_get_num_member_types;

import dev.runtime.api.model.TensorType;
import dev.runtime.backend.vulkan.dispatch.Arguments;
import dev.runtime.backend.vulkan.dispatch.Kernel;
import dev.runtime.backend.vulkan.dispatch.Support;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.util.spvc.SpvcReflectedResource;

/** The arguments of the compiled kernels are those of the host's table: names of the source, places of the compiled code. */
class KernelArgumentsTests {
    private static final List<Kernel> WITH_WEIGHTS = List.of(Kernel.LINEAR, Kernel.EMBED);

    static Stream<String> files() {
        List<String> files = new ArrayList<>();
        for (Kernel kernel : Kernel.values()) {
            String name = kernel.name().toLowerCase(Locale.ROOT);
            if (WITH_WEIGHTS.contains(kernel)) {
                Support.TYPES.forEach(type -> files.add(name + "-" + type));
            } else {
                files.add(name);
            }
        }
        return files.stream();
    }

    @ParameterizedTest
    @MethodSource("files")
    void argumentsAreWhereTheHostPutsThem(String file) throws IOException {
        Kernel kernel = Kernel.valueOf(file.split("-")[0].toUpperCase(Locale.ROOT));
        List<String> expected = new ArrayList<>();
        int offset = 0;
        for (String address : kernel.addresses()) {
            expected.add(address + "@" + offset);
            offset += 8;
        }
        for (List<String> names : List.of(kernel.integers(), kernel.floats())) {
            for (String name : names) {
                expected.add(name + "@" + offset);
                offset += 4;
            }
        }
        assertEquals(expected, members(file));
        assertTrue(kernel.bytes() <= Arguments.LIMIT, "every device takes 128 bytes of arguments");
    }

    @Test
    void everyTypeOfTheTableIsATypeOfTheKernels() throws IOException {
        for (TensorType type : Support.TYPES) {
            try (InputStream in = VulkanBackend.class.getResourceAsStream("kernels/linear-" + type + ".spv")) {
                assertTrue(in != null, type.toString());
            }
        }
    }

    /** The names in the source; the optimiser leaves none in the compiled kernel. */
    private static List<String> names(String file) throws IOException {
        String source = Files.readString(Path.of("src", "main", "glsl", file.split("-")[0] + ".comp"));
        String block = source.substring(source.indexOf("uniform Arguments {"), source.indexOf("} p;"));
        return block.lines().skip(1).map(line -> line.strip().replaceAll(".* (\\w+);", "$1")).toList();
    }

    private static List<String> members(String file) throws IOException {
        List<String> names = names(file);
        byte[] code;
        try (InputStream in = VulkanBackend.class.getResourceAsStream("kernels/" + file + ".spv")) {
            code = in.readAllBytes();
        }
        IntBuffer words = ByteBuffer.allocateDirect(code.length).order(ByteOrder.nativeOrder()).put(code).flip().asIntBuffer();
        try (MemoryStack stack = MemoryStack.stackPush()) {
            PointerBuffer pointer = stack.mallocPointer(1);
            spvc_context_create(pointer);
            long context = pointer.get(0);
            spvc_context_parse_spirv(context, words, words.remaining(), pointer);
            spvc_context_create_compiler(context, SPVC_BACKEND_NONE, pointer.get(0), SPVC_CAPTURE_MODE_COPY, pointer);
            long compiler = pointer.get(0);
            spvc_compiler_create_shader_resources(compiler, pointer);
            PointerBuffer list = stack.mallocPointer(1);
            PointerBuffer count = stack.mallocPointer(1);
            spvc_resources_get_resource_list_for_type(pointer.get(0), SPVC_RESOURCE_TYPE_PUSH_CONSTANT, list, count);
            assertEquals(1, count.get(0), "one block of arguments");
            SpvcReflectedResource block = SpvcReflectedResource.create(list.get(0));
            long type = spvc_compiler_get_type_handle(compiler, block.base_type_id());
            List<String> members = new ArrayList<>();
            IntBuffer place = stack.mallocInt(1);
            assertEquals(names.size(), spvc_type_get_num_member_types(type));
            for (int i = 0; i < spvc_type_get_num_member_types(type); i++) {
                spvc_compiler_type_struct_member_offset(compiler, type, i, place);
                members.add(names.get(i) + "@" + place.get(0));
            }
            spvc_context_destroy(context);
            return members;
        }
    }
}
