/**
 * Computes graphs on the processor, with a scalar reference for every operator. Exports nothing: the kernel finds
 * {@link dev.runtime.backend.cpu.CpuBackend} as a service. Start reading at {@code CpuDevice}, then {@code ProgramCompiler}; the
 * computations themselves are in package {@code kernels}, the operators in {@code ops}.
 *
 * <p>Where a product finds a weight changes while a program lives. What was not in the page cache is mapped in large pages before the first
 * step. Of the rest the first step reads rows into a buffer ({@code RowBuffers}): that costs less than the first access to as many small
 * pages. The steps after it map a part each ({@code LazyCopies}), and in the end a copy in the order of the kernels serves
 * ({@code WeightCopies}), made beside the steps where there is memory for it. Products are the same to the bit in all states.
 *
 * <p>Generation is as fast as the memory is read. Between two products one thread does what is short, and the others meanwhile fetch the
 * first rows of their share of the next ({@code Products}, {@code Ahead}): the memory is busy, and the product ends sooner by as much.
 */
module dev.runtime.backend.cpu {
    requires dev.runtime.api;
    requires jdk.management;
    requires static jdk.incubator.vector;

    provides dev.runtime.api.backend.Backend with dev.runtime.backend.cpu.CpuBackend;
}
