/**
 * Computes graphs on the processor, with a scalar reference for every operator. Exports nothing: the kernel finds
 * {@link dev.runtime.backend.cpu.CpuBackend} as a service. Start reading at {@code CpuDevice}, then {@code ProgramCompiler}; the
 * computations themselves are in package {@code kernels}, the operators in {@code ops}.
 */
module dev.runtime.backend.cpu {
    requires dev.runtime.api;
    requires jdk.management;
    requires static jdk.incubator.vector;

    provides dev.runtime.api.backend.Backend with dev.runtime.backend.cpu.CpuBackend;
}
