package dev.runtime.backend.cpu;

import dev.runtime.backend.cpu.ffi.NativeKernels;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.kernels.ScalarKernels;
import java.lang.System.Logger.Level;
import java.util.Optional;

/**
 * Chooses the kernels, and says in the log why not faster ones. The system property {@value #PROPERTY} asks for some: {@code native},
 * {@code native-avx2} (a lower level of them), {@code vector} or {@code scalar}.
 */
final class KernelChoice {
    /** The system property. */
    static final String PROPERTY = "runtime.cpu.kernels";

    private static final System.Logger LOG = System.getLogger(KernelChoice.class.getName());

    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    private static final String VECTOR_KERNELS = "dev.runtime.backend.cpu.vector.VectorKernels";

    private KernelChoice() {}

    /** Returns the kernels that were asked for, or the fastest that run here. */
    static Kernels best() {
        String asked = System.getProperty(PROPERTY, "");
        return switch (asked) {
            case "scalar" -> new ScalarKernels();
            case "vector" -> inJava();
            case "" -> inC("").orElseGet(KernelChoice::inJava);
            case String other when other.equals("native") || other.startsWith("native-") ->
                    inC(other.replaceFirst("native-?", "")).orElseGet(KernelChoice::inJava);
            case String other -> {
                LOG.log(Level.WARNING, "-D{0}={1} names no kernels; there are native, vector and scalar", PROPERTY, other);
                yield inC("").orElseGet(KernelChoice::inJava);
            }
        };
    }

    /** Returns native kernels, if there is a library that works here; an empty level is the best. */
    static Optional<Kernels> inC(String level) {
        try {
            Optional<Kernels> found = NativeKernels.create(level, vectorOrScalar(Level.DEBUG));
            if (found.isEmpty()) {
                LOG.log(Level.INFO, "native kernels are not there, vectors of Java serve; build with a C compiler to have them");
            }
            return found;
        } catch (IllegalStateException | IllegalCallerException e) {
            LOG.log(Level.WARNING, "native kernels are not used, vectors of Java serve: {0}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Returns the fastest kernels in Java. */
    static Kernels inJava() {
        return vectorOrScalar(Level.WARNING);
    }

    private static Kernels vectorOrScalar(Level level) {
        if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
            LOG.log(level, "scalar kernels, many times slower: module {0} is not there; start Java with --add-modules {0}", VECTOR_MODULE);
            return new ScalarKernels();
        }
        try {
            // by name: no class of the vector module may be linked where it is missing
            return (Kernels) Class.forName(VECTOR_KERNELS).getConstructor().newInstance();
        } catch (ReflectiveOperationException | LinkageError e) {
            LOG.log(level, "scalar kernels, many times slower: the vector kernels do not start on this Java", e);
            return new ScalarKernels();
        }
    }
}
