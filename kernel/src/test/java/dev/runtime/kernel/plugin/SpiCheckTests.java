package dev.runtime.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Extension;
import dev.runtime.api.SpiVersion;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Version;
import java.lang.module.ModuleReader;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpiCheckTests {
    @ParameterizedTest
    @CsvSource({
        "0.1.0, 0.1.0, true", "0.1.0, 0.1.7, true", "0.1.0-SNAPSHOT, 0.1.0, true", "0.1.0, 0.2.0, false", "0.2.0, 0.1.0, false",
        "0.9.0, 1.0.0, false", "1.0.0, 1.4.0, true", "1.4.0, 1.0.0, true", "1.0.0, 2.0.0, false", "2.0.0, 1.9.9, false"})
    void theRecordedVersionDecidesWithoutARange(String compiled, String provided, boolean fits) throws PluginRefused {
        SpiCheck check = new SpiCheck(SpiVersion.CURRENT, Optional.of(Version.parse(provided)));
        if (fits) {
            check.check(compiledAgainst(compiled), Optional.empty());
        } else {
            PluginRefused refused = assertThrows(PluginRefused.class, () -> check.check(compiledAgainst(compiled), Optional.empty()));
            assertEquals("module org.plugin was compiled against dev.runtime.api " + compiled + ", but this runtime provides " + provided
                    + "; use a release of the plug-in that was made for it", refused.getMessage());
        }
    }

    @Test
    void aRangeDecidesAloneIfThereIsOne() {
        SpiCheck check = new SpiCheck(new SpiVersion(1, 3), Optional.of(Version.parse("9.0")));
        assertDoesNotThrow(() -> check.check(compiledAgainst("0.1"), Optional.of("[1.0,2.0)")));
        assertThrows(PluginRefused.class, () -> check.check(compiledAgainst("9.0"), Optional.of("[1.4,2.0)")));
    }

    @Test
    void aRangeOfAnotherFormIsShown() {
        SpiCheck check = new SpiCheck(SpiVersion.CURRENT, Optional.empty());
        PluginRefused refused = assertThrows(PluginRefused.class, () -> check.check(compiledAgainst("0.1"), Optional.of("1.x")));
        assertTrue(refused.getMessage().contains("'1.x'"), refused.getMessage());
    }

    @Test
    void whoSaysNothingIsToldWhatToSay() {
        SpiCheck check = new SpiCheck(SpiVersion.CURRENT, Optional.of(Version.parse("0.1.0")));
        ModuleDescriptor silent = ModuleDescriptor.newModule("org.plugin").requires("dev.runtime.api").build();
        PluginRefused refused = assertThrows(PluginRefused.class, () -> check.check(silent, Optional.empty()));
        assertTrue(refused.getMessage().contains("Runtime-Spi: [1.0,2.0)"), refused.getMessage());
    }

    /** The lists are written by hand: an interface of the api that is left out would never be found. */
    @Test
    void everyInterfaceOfTheApiIsLookedFor() throws Exception {
        Module api = Extension.class.getModule();
        Set<String> extensions = new TreeSet<>();
        try (ModuleReader reader = api.getLayer().configuration().findModule(api.getName()).orElseThrow().reference().open();
                Stream<String> names = reader.list()) {
            for (String name : names.filter(file -> file.startsWith("dev/") && file.endsWith(".class")).toList()) {
                Class<?> type = Class.forName(api, name.substring(0, name.length() - ".class".length()).replace('/', '.'));
                if (type.isInterface() && type != Extension.class && Extension.class.isAssignableFrom(type)) {
                    extensions.add(type.getName());
                }
            }
        }
        assertTrue(extensions.size() > 10);
        assertEquals(extensions, new TreeSet<>(Spi.ALL.stream().map(Class::getName).toList()));
        assertEquals(extensions, new TreeSet<>(PluginContainer.class.getModule().getDescriptor().uses()));
    }

    private static ModuleDescriptor compiledAgainst(String version) {
        return ModuleDescriptor.newModule("org.plugin").requires(Set.of(), "dev.runtime.api", Version.parse(version)).build();
    }
}
