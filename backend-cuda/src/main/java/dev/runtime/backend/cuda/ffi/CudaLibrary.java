package dev.runtime.backend.cuda.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Finds the driver library, and is the only place that asks the linker for its functions. */
final class CudaLibrary {
    /** The system property that names another file; for tests. */
    static final String FILE_PROPERTY = "runtime.cuda.library";

    private static final SymbolLookup SYMBOLS = open();

    private CudaLibrary() {}

    private static SymbolLookup open() {
        String named = System.getProperty(FILE_PROPERTY, "");
        if (!named.isEmpty()) {
            return SymbolLookup.libraryLookup(Path.of(named), Arena.global());
        }
        return SymbolLookup.libraryLookup(System.getProperty("os.name").startsWith("Windows") ? "nvcuda.dll" : "libcuda.so.1", Arena.global());
    }

    /** Returns the handle of a function that answers an error number. */
    static MethodHandle function(String name, MemoryLayout... parameters) {
        return Linker.nativeLinker().downcallHandle(SYMBOLS.findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
    }
}
