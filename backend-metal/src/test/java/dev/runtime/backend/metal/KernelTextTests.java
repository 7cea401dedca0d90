package dev.runtime.backend.metal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.backend.vulkan.dispatch.Kernel;
import dev.runtime.backend.vulkan.dispatch.Support;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The translated kernels: one function each, its arguments those of the host's table, at index 0; every constant a macro. */
class KernelTextTests {
    private static final List<Kernel> WITH_WEIGHTS = List.of(Kernel.LINEAR, Kernel.EMBED);
    private static final Pattern FUNCTION = Pattern.compile("kernel void main0\\(constant (\\w+)& \\w+ \\[\\[buffer\\(0\\)]],([^{]*)\\)\n");
    private static final Pattern PLACE = Pattern.compile("uint3 \\w+ \\[\\[(\\w+)]]");

    static Stream<String> files() {
        return Stream.of(Kernel.values()).flatMap(kernel -> {
            String name = kernel.name().toLowerCase(Locale.ROOT);
            return WITH_WEIGHTS.contains(kernel) ? Support.TYPES.stream().map(type -> name + "-" + type) : Stream.of(name);
        });
    }

    @ParameterizedTest
    @MethodSource("files")
    void argumentsAreThoseThatTheHostBinds(String file) throws IOException {
        String text = text(file);
        Matcher function = FUNCTION.matcher(text);
        assertTrue(function.find(), text);
        Kernel kernel = Kernel.valueOf(file.split("-")[0].toUpperCase(Locale.ROOT));
        List<String> expected = new ArrayList<>();
        kernel.addresses().forEach(name -> expected.add("8"));
        kernel.integers().forEach(name -> expected.add("4"));
        kernel.floats().forEach(name -> expected.add("float"));
        assertEquals(expected, members(text, function.group(1)));
        for (Matcher place = PLACE.matcher(function.group(2)); place.find(); ) {
            assertTrue(List.of("thread_position_in_threadgroup", "threadgroup_position_in_grid", "threadgroups_per_grid")
                    .contains(place.group(1)), place.group());
        }
        assertEquals(1, text.split("kernel void ", -1).length - 1);
        assertTrue(!text.contains("function_constant"), "all constants are macros");
        assertTrue(!text.contains("double"), "Metal has no floats of 64 bits");
    }

    /** The members of a structure in their order: addresses, integers, floats. */
    private static List<String> members(String text, String structure) {
        String body = text.substring(text.indexOf("struct " + structure + "\n{"));
        return body.substring(0, body.indexOf("};")).lines().skip(2).map(String::strip).map(line -> switch (line.split(" ")[0]) {
            case "ulong" -> "8";
            case "uint", "int" -> "4";
            case "float" -> "float";
            default -> throw new AssertionError(line);
        }).toList();
    }

    private static String text(String file) throws IOException {
        try (InputStream in = MetalBackend.class.getResourceAsStream("kernels/" + file + ".metal")) {
            assertTrue(in != null, file);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
