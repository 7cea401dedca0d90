package dev.runtime.kernel;

import java.lang.module.ModuleDescriptor;

/** The version of the runtime. */
public final class Version {
    private Version() {}

    /** Returns the version of the kernel's module; {@code 0.0.0} for a build without one. */
    public static String text() {
        // asked on the quickest way through the program: no lambda here, it would cost milliseconds
        ModuleDescriptor descriptor = Version.class.getModule().getDescriptor();
        return descriptor == null ? "0.0.0" : descriptor.rawVersion().orElse("0.0.0");
    }
}
