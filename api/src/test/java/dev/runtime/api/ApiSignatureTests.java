package dev.runtime.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Executable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * A change of the api is made knowingly: the dump of all public signatures is committed, and a difference fails here. To accept
 * one, run this test with {@code -Dapi.accept=true} and commit the new dump with the change.
 */
class ApiSignatureTests {
    private static final Path DUMP = Path.of("src", "test", "resources", "api-signatures.txt");

    @Test
    void signaturesAreThoseOfTheCommittedDump() throws IOException {
        TreeSet<String> actual = ApiSignature.lines();
        if (Boolean.getBoolean("api.accept")) {
            Files.write(DUMP, actual);
        }
        TreeSet<String> expected = new TreeSet<>(Files.readAllLines(DUMP));
        TreeSet<String> added = new TreeSet<>(actual);
        added.removeAll(expected);
        TreeSet<String> removed = new TreeSet<>(expected);
        removed.removeAll(actual);
        assertTrue(added.isEmpty() && removed.isEmpty(), () -> "the api changed; if that is meant, run with -Dapi.accept=true\nadded:\n  "
                + String.join("\n  ", added) + "\nremoved:\n  " + String.join("\n  ", removed));
    }

    @Test
    void nothingButTheJdkBaseAndThisModuleIsInAnySignature() throws IOException {
        List<String> leaks = new ArrayList<>();
        for (Class<?> type : ApiSignature.types()) {
            for (Executable member : ApiSignature.members(type)) {
                List<Class<?>> used = new ArrayList<>(List.of(member.getParameterTypes()));
                used.addAll(List.of(member.getExceptionTypes()));
                if (member instanceof java.lang.reflect.Method method) {
                    used.add(method.getReturnType());
                }
                for (Class<?> u : used) {
                    Class<?> element = u;
                    while (element.isArray()) {
                        element = element.componentType();
                    }
                    String module = element.getModule().getName();
                    if (!"java.base".equals(module) && !element.getName().startsWith("dev.runtime.api.")) {
                        leaks.add(type.getName() + "." + member.getName() + " uses " + element.getName());
                    }
                }
            }
        }
        assertEquals(List.of(), leaks);
    }

    @Test
    void theModuleRequiresNothingButTheBaseOfTheJdk() {
        assertEquals(List.of("java.base"), ApiSignature.module().requires().stream().map(ModuleDescriptor.Requires::name).toList());
    }

    @Test
    void everyTopLevelTypeSaysHowStableItIs() throws IOException {
        List<String> unmarked = ApiSignature.types().stream()
                .filter(t -> t.getEnclosingClass() == null && !t.isAnnotation())
                .filter(t -> !t.isAnnotationPresent(Stable.class) && !t.isAnnotationPresent(Experimental.class))
                .map(Class::getName).toList();
        assertEquals(List.of(), unmarked);
    }
}
