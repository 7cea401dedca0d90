package dev.runtime.backend.vulkan.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;

/** The Vulkan loader of the system, by its name; the only place that touches the {@link Linker}. */
public final class VulkanLibrary {
    private static final Optional<SymbolLookup> SYMBOLS = open();

    private VulkanLibrary() {}

    /** Returns the name of the library's file on this system. */
    public static String name() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return system.startsWith("windows") ? "vulkan-1.dll" : system.startsWith("mac") ? "libvulkan.1.dylib" : "libvulkan.so.1";
    }

    /** Tells whether the library is there. */
    public static boolean present() {
        return SYMBOLS.isPresent();
    }

    /** Returns the handle of a function that every loader of Vulkan 1.2 has; the library must be present. */
    static MethodHandle handle(String function, FunctionDescriptor type) {
        SymbolLookup symbols = SYMBOLS.orElseThrow(() -> new IllegalStateException(name() + " is not installed"));
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(function), type);
    }

    private static Optional<SymbolLookup> open() {
        try {
            SymbolLookup library = SymbolLookup.libraryLookup(name(), Arena.global());
            return library.find("vkGetBufferDeviceAddress").map(symbol -> library);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
