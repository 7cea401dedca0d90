package dev.runtime.kernel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The borders of the kernel that neither compiler nor module graph checks. */
class KernelStructureTests {
    private static final Pattern NAMES = Pattern.compile(
            "gguf|safetensors|ollama|openai|anthropic|llama|qwen|gemma|mistral|deepseek|cuda|vulkan|metal|undertow", Pattern.CASE_INSENSITIVE);
    /** Environment variables that users have set already. */
    private static final Pattern ENVIRONMENT = Pattern.compile("OLLAMA_[A-Z_]+");

    private static JavaClasses classes;

    @BeforeAll
    static void readClasses() throws URISyntaxException {
        // the patched test classes are another location
        classes = new ClassFileImporter().importPath(Path.of("target/classes"));
        assertTrue(classes.size() > 50, "no classes where the build leaves them");
    }

    @Test
    void theKernelNamesNoFormatModelDialectOrHardware() throws IOException {
        List<String> found = new ArrayList<>();
        List<Path> sources;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            sources = files.filter(file -> file.toString().endsWith(".java")).toList();
        }
        assertTrue(sources.size() > 50);
        for (Path source : sources) {
            List<String> lines = Files.readAllLines(source);
            for (int i = 0; i < lines.size(); i++) {
                if (NAMES.matcher(ENVIRONMENT.matcher(lines.get(i)).replaceAll("")).find()) {
                    found.add(source.getFileName() + ":" + (i + 1) + " " + lines.get(i).strip());
                }
            }
            if (NAMES.matcher(source.getFileName().toString()).find()) {
                found.add(source.toString());
            }
        }
        assertEquals(List.of(), found);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.runtime.kernel.(*)..").should().beFreeOfCycles().check(classes);
        noClasses().that().resideInAPackage("dev.runtime.kernel.*..").and().resideOutsideOfPackage("..boot..")
                .should().dependOnClassesThat().resideInAPackage("dev.runtime.kernel").check(classes);
    }

    @Test
    void packagesAreNamedAfterTheirJob() {
        noClasses().should().resideInAnyPackage("..util..", "..common..", "..impl..", "..manager..", "..helper..", "..misc..").check(classes);
    }

    @Test
    void nativeFunctionsAreCalledElsewhere() {
        noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.lang.foreign.Linker")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.lang.foreign.SymbolLookup").check(classes);
    }

    @Test
    void httpAndPluginsKnowNothingOfModels() {
        noClasses().that().resideInAnyPackage("..kernel.http..", "..kernel.plugin..").should().dependOnClassesThat()
                .resideInAnyPackage("..kernel.engine..", "..kernel.store..", "..kernel.generate..", "..kernel.schedule..", "..kernel.sample..")
                .check(classes);
    }

    @Test
    void onlyTheEntryIsExportedAndNothingOfOursButTheApiIsRequired() {
        ModuleDescriptor kernel = Kernel.class.getModule().getDescriptor();
        assertEquals(Set.of("dev.runtime.kernel"), kernel.exports().stream().map(ModuleDescriptor.Exports::source).collect(Collectors.toSet()));
        assertEquals(Set.of(), kernel.opens());
        assertEquals(Set.of(), kernel.provides());
        assertEquals(Set.of("dev.runtime.api"), kernel.requires().stream().map(ModuleDescriptor.Requires::name)
                .filter(name -> name.startsWith("dev.runtime.")).collect(Collectors.toSet()));
        assertEquals(Set.of(), kernel.requires().stream().map(ModuleDescriptor.Requires::name)
                .filter(name -> name.toLowerCase(Locale.ROOT).contains("incubator")).collect(Collectors.toSet()));
    }
}
