/**
 * Computes graphs on NVIDIA GPUs through the driver's own interface: the driver is all that a user needs, kernels come along as PTX.
 * Exports nothing: the kernel finds {@link dev.runtime.backend.cuda.CudaBackend} as a service. Start reading at {@code CudaDevice}, then
 * {@code ProgramCompiler}; the kernels' sources are in {@code src/main/cuda}, what was checked on which card is in {@code CHECKS.md}.
 */
module dev.runtime.backend.cuda {
    requires dev.runtime.api;

    provides dev.runtime.api.backend.Backend with dev.runtime.backend.cuda.CudaBackend;
}
