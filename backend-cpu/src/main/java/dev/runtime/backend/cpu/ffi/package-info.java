/**
 * Kernels in C, called through foreign functions. {@code NativeLibrary} finds the library, {@code NativeCalls} is the only class that
 * knows the linker, {@code NativeKernels} checks arguments and decides which products go where. The C side is in {@code src/main/c}:
 * {@code level.h} is its table of contents, {@code layout.h} what both sides agree on.
 *
 * <p>Memory is asked for in three ways: {@code Pages} has mapped weights read ahead and new memory in large pages, {@code LatePages} makes
 * the pages of caches and working memory some seconds later, beside the work, {@code LockedMemory} keeps some in memory.
 * {@code CompilerThreads} has the JVM's optimising compiler stand back where the image asks for that.
 *
 * <p>Verified on hardware: AVX-512 and, forced by {@code -Druntime.cpu.kernels=native-avx2}, AVX2 on the same processor. Not verified
 * on hardware: NEON with dotprod and with i8mm, which {@code -Pnative-checks} runs under user-mode emulation where a cross compiler is there;
 * the same profile runs the other levels with sanitizers.
 *
 * <p>SAFETY: calls pass plain addresses. Programs and caches are the only makers of addresses (see
 * {@link dev.runtime.backend.cpu.memory.Memory}); numbers that count elements are checked here before each call.
 */
package dev.runtime.backend.cpu.ffi;
