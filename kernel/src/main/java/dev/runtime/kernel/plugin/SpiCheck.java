package dev.runtime.kernel.plugin;

import dev.runtime.api.SpiVersion;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleDescriptor.Version;
import java.util.Optional;

/**
 * Compares the contract that a module was made for with the one that this runtime provides, before any class is loaded.
 *
 * @param current the SPI version provided
 * @param module the version of the api's module, nothing if it is not recorded
 */
record SpiCheck(SpiVersion current, Optional<Version> module) {
    /** The module of the contract. */
    static final String API = "dev.runtime.api";

    /** Tells whether the module needs the contract, or is an automatic one, which may need anything. */
    static boolean concerns(ModuleDescriptor descriptor) {
        return descriptor.isAutomatic() || requirement(descriptor).isPresent();
    }

    /**
     * Checks a module.
     *
     * @param range the range of SPI versions in its jar's manifest
     * @throws PluginRefused with both versions if they do not fit
     */
    void check(ModuleDescriptor descriptor, Optional<String> range) throws PluginRefused {
        if (range.isPresent()) {
            checkRange(descriptor, range.get());
            return;
        }
        Version compiled = requirement(descriptor).flatMap(Requires::compiledVersion)
                .orElseThrow(() -> new PluginRefused("module " + descriptor.toNameAndVersion() + " does not say which SPI it was made for; "
                        + "add \"" + SpiVersion.MANIFEST_RANGE + ": [" + current + "," + (current.major() + 1) + ".0)\" to its manifest"));
        if (module.isPresent() && !compatible(numbers(compiled), numbers(module.get()))) {
            throw new PluginRefused("module " + descriptor.toNameAndVersion() + " was compiled against " + API + " " + compiled
                    + ", but this runtime provides " + module.get() + "; use a release of the plug-in that was made for it");
        }
    }

    private void checkRange(ModuleDescriptor descriptor, String range) throws PluginRefused {
        boolean fits;
        try {
            fits = current.in(range);
        } catch (IllegalArgumentException e) {
            throw new PluginRefused("module " + descriptor.toNameAndVersion() + ": " + e.getMessage(), e);
        }
        if (!fits) {
            throw new PluginRefused("module " + descriptor.toNameAndVersion() + " works with SPI " + range.strip()
                    + ", but this runtime provides " + current + "; use a release of the plug-in that was made for it");
        }
    }

    private static SpiVersion numbers(Version version) throws PluginRefused {
        try {
            return SpiVersion.parse(version.toString());
        } catch (IllegalArgumentException e) {
            throw new PluginRefused(API + " has a version that cannot be compared: " + version, e);
        }
    }

    /** Before 1.0 any new minor number may change the contract. */
    private static boolean compatible(SpiVersion compiled, SpiVersion provided) {
        return compiled.major() == provided.major() && (provided.major() > 0 || compiled.minor() == provided.minor());
    }

    private static Optional<Requires> requirement(ModuleDescriptor descriptor) {
        return descriptor.requires().stream().filter(required -> required.name().equals(API)).findFirst();
    }
}
