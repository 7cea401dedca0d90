package dev.runtime.backend.metal.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the Objective-C runtime and the Metal framework, and is the only place that asks the linker for functions. */
public final class MetalLibrary {
    /** The system property that names a file with both; for tests. */
    static final String FILE_PROPERTY = "runtime.metal.library";

    private static final String RUNTIME = "/usr/lib/libobjc.A.dylib";
    private static final String FOUNDATION = "/System/Library/Frameworks/Foundation.framework/Foundation";
    private static final String METAL = "/System/Library/Frameworks/Metal.framework/Metal";

    private static final Optional<SymbolLookup> SYMBOLS = open();

    private MetalLibrary() {}

    private static Optional<SymbolLookup> open() {
        String named = System.getProperty(FILE_PROPERTY, "");
        if (!named.isEmpty()) {
            return Optional.of(SymbolLookup.libraryLookup(Path.of(named), Arena.global()));
        }
        if (!System.getProperty("os.name").startsWith("Mac")) {
            return Optional.empty();
        }
        try {
            // Foundation brings the classes of strings, arrays and errors
            SymbolLookup.libraryLookup(FOUNDATION, Arena.global());
            return Optional.of(SymbolLookup.libraryLookup(RUNTIME, Arena.global()).or(SymbolLookup.libraryLookup(METAL, Arena.global())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns why Metal cannot be used; empty if it can. */
    public static Optional<String> absent() {
        return SYMBOLS.isPresent() ? Optional.empty() : Optional.of("Metal is a part of macOS, and this is " + System.getProperty("os.name"));
    }

    /** Returns the handle of a function; the libraries must be present. */
    static MethodHandle function(String name, FunctionDescriptor type) {
        SymbolLookup symbols = SYMBOLS.orElseThrow(() -> new IllegalStateException(absent().orElseThrow()));
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), type);
    }
}
