package dev.runtime.distribution;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The borders of the modules, checked on what was built. */
class StructureTests {
    private static final Path ROOT = Image.repository();

    @Test
    void dependenciesPointOnlyToTheApi() throws IOException {
        Set<String> wrong = new TreeSet<>();
        for (Path classes : modules()) {
            ModuleDescriptor module = ModuleFinder.of(classes).findAll().stream().map(ModuleReference::descriptor).findFirst().orElseThrow();
            Set<String> allowed = switch (module.name()) {
                case "dev.runtime.api" -> Set.of();
                // it publishes what turns graphs into dispatches of the kernels that both share
                case "dev.runtime.backend.metal" -> Set.of("dev.runtime.api", "dev.runtime.backend.vulkan");
                case "dev.runtime.plugin.http.undertow" -> Set.of("dev.runtime.api", "dev.runtime.third.undertow");
                case "dev.runtime.plugin.cli", "dev.runtime.plugin.dialect.ollama", "dev.runtime.plugin.dialect.openai", "dev.runtime.plugin.dialect.anthropic" ->
                    Set.of("dev.runtime.api", "dev.runtime.plugin.dialect");
                default -> Set.of("dev.runtime.api");
            };
            module.requires().stream().map(Requires::name).filter(name -> name.startsWith("dev.runtime.") && !allowed.contains(name))
                    .forEach(name -> wrong.add(module.name() + " requires " + name));
        }
        assertEquals(Set.of(), wrong);
    }

    @Test
    void packagesAreNamedAfterTheirJob() throws IOException {
        noClasses().should().resideInAnyPackage("..util..", "..utils..", "..common..", "..impl..", "..manager..", "..helper..").check(all());
    }

    @Test
    void foreignMemoryIsMappedOnlyByBackendsAndFormats() throws IOException {
        // the mapping of all formats is one class, which lies where they and those of others can use it
        noClasses().that().resideOutsideOfPackages("dev.runtime.backend..", "dev.runtime.plugin.format..")
                .and().doNotHaveFullyQualifiedName("dev.runtime.api.model.MappedFiles")
                .should().callMethod(java.nio.channels.FileChannel.class, "map", java.nio.channels.FileChannel.MapMode.class, long.class,
                        long.class, java.lang.foreign.Arena.class)
                .orShould().dependOnClassesThat().areAssignableTo(java.lang.foreign.Linker.class)
                .orShould().dependOnClassesThat().areAssignableTo(java.lang.foreign.SymbolLookup.class).check(all());
    }

    @Test
    void thePackagesOfTheKernelHaveNoCycles() throws IOException {
        JavaClasses kernel = new ClassFileImporter().importPath(ROOT.resolve("kernel/target/classes"));
        slices().matching("dev.runtime.kernel.(*)..").should().beFreeOfCycles().check(kernel);
    }

    @Test
    void nothingPrintsOutsideTheCommandLine() throws IOException {
        classes().that().resideOutsideOfPackages("dev.runtime.plugin.cli..", "dev.runtime.kernel.boot..")
                .should(com.tngtech.archunit.lang.conditions.ArchConditions.not(
                        com.tngtech.archunit.lang.conditions.ArchConditions.accessField(System.class, "out"))).check(all());
    }

    @Test
    void filesStaySmallEnoughToReview() throws IOException {
        List<String> large = new ArrayList<>();
        for (Path sources : Stream.of("api", "kernel", "backend-cpu", "backend-cuda", "backend-vulkan", "backend-metal", "plugins", "distribution").map(ROOT::resolve).toList()) {
            try (Stream<Path> files = Files.walk(sources)) {
                for (Path file : (Iterable<Path>) files.filter(f -> f.toString().endsWith(".java") && !f.toString().contains("/target/"))::iterator) {
                    long lines = Files.readAllLines(file).size();
                    if (lines > 600) {
                        large.add(lines + " lines in " + ROOT.relativize(file));
                    }
                }
            }
        }
        assertEquals(List.of(), large);
    }

    private static JavaClasses all() throws IOException {
        return new ClassFileImporter().importPaths(modules());
    }

    /** The compiled classes of every module of the reactor but the merged third-party one. */
    private static List<Path> modules() throws IOException {
        List<Path> modules = new ArrayList<>();
        for (String folder : List.of("api", "kernel", "backend-cpu", "backend-cuda", "backend-vulkan", "backend-metal")) {
            modules.add(ROOT.resolve(folder).resolve("target/classes"));
        }
        try (Stream<Path> plugins = Files.list(ROOT.resolve("plugins"))) {
            plugins.filter(p -> !p.endsWith("third-undertow")).map(p -> p.resolve("target/classes")).filter(Files::isDirectory).sorted()
                    .forEach(modules::add);
        }
        assertTrue(modules.size() > 8, modules.toString());
        return modules;
    }
}
