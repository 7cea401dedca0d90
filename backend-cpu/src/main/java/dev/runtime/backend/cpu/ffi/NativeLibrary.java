package dev.runtime.backend.cpu.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The library of native kernels, and the level of them that this processor runs. Looked for at the system property
 * {@value #FILE_PROPERTY}, in the {@code lib} folder of the running image, and beside the compiled classes.
 *
 * @param symbols its functions
 * @param level which of them, by the ends of their names
 */
public record NativeLibrary(SymbolLookup symbols, String level) {
    /** The system property that names the file. */
    public static final String FILE_PROPERTY = "runtime.cpu.library";

    /** The most characters of a level's name. */
    private static final long LEVEL_CHARACTERS = 16;

    /**
     * Opens the library.
     *
     * @param wanted the level to use; empty for the best that runs here
     * @return the library, or nothing if there is no file
     * @throws IllegalStateException if the file cannot be opened, or has nothing for this processor
     */
    public static Optional<NativeLibrary> open(String wanted) {
        return candidates().stream().filter(Files::isRegularFile).findFirst().map(file -> open(file, wanted));
    }

    private static NativeLibrary open(Path file, String wanted) {
        try {
            SymbolLookup symbols = SymbolLookup.libraryLookup(file, Arena.global());
            String best = bestLevel(symbols);
            if (best.isEmpty()) {
                throw new IllegalStateException(file + " has no kernels for this processor");
            }
            return new NativeLibrary(symbols, wanted.isEmpty() ? best : wanted);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static String bestLevel(SymbolLookup symbols) {
        try {
            MemorySegment name = (MemorySegment) Linker.nativeLinker()
                    .downcallHandle(symbols.findOrThrow("runtime_cpu_level"), FunctionDescriptor.of(ValueLayout.ADDRESS))
                    .invokeExact();
            return name.reinterpret(LEVEL_CHARACTERS).getString(0);
        } catch (Throwable e) {
            throw new IllegalStateException("the library of native kernels does not answer", e);
        }
    }

    private static List<Path> candidates() {
        String named = System.getProperty(FILE_PROPERTY, "");
        if (!named.isEmpty()) {
            return List.of(Path.of(named));
        }
        String file = System.mapLibraryName("runtime_cpu");
        List<Path> candidates = new ArrayList<>();
        candidates.add(Path.of(System.getProperty("java.home"), "lib", file));
        CodeSource source = NativeLibrary.class.getProtectionDomain().getCodeSource();
        if (source != null && source.getLocation() != null && source.getLocation().getProtocol().equals("file")) {
            try {
                candidates.add(Path.of(source.getLocation().toURI()).resolveSibling("native").resolve(file));
            } catch (URISyntaxException e) {
                throw new IllegalStateException("no file beside " + source.getLocation(), e);
            }
        }
        return candidates;
    }
}
