package dev.runtime.backend.cpu;

import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.kernels.ScalarKernels;
import java.lang.System.Logger.Level;

/** Chooses the kernels, and says in the log why not faster ones. */
final class KernelChoice {
    private static final System.Logger LOG = System.getLogger(KernelChoice.class.getName());

    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    private static final String VECTOR_KERNELS = "dev.runtime.backend.cpu.vector.VectorKernels";

    private KernelChoice() {}

    /** Returns the fastest kernels that run here. */
    static Kernels best() {
        if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
            LOG.log(Level.WARNING, "scalar kernels, many times slower: module {0} is not there; start Java with --add-modules {0}",
                    VECTOR_MODULE);
            return new ScalarKernels();
        }
        try {
            // by name: no class of the vector module may be linked where it is missing
            return (Kernels) Class.forName(VECTOR_KERNELS).getConstructor().newInstance();
        } catch (ReflectiveOperationException | LinkageError e) {
            LOG.log(Level.WARNING, "scalar kernels, many times slower: the vector kernels do not start on this Java", e);
            return new ScalarKernels();
        }
    }
}
