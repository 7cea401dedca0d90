package dev.runtime.backend.cuda.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The functions of the driver library, with pointers and handles as numbers. Each fails with {@link DriverError}; memory functions with
 * a stream need its context to be the thread's. The class cannot be initialised where there is no driver: see {@link DriverStart}.
 */
public final class Driver {
    private static final MethodHandle INIT = CudaLibrary.function("cuInit", JAVA_INT);
    private static final MethodHandle DRIVER_VERSION = CudaLibrary.function("cuDriverGetVersion", JAVA_LONG);
    private static final MethodHandle DEVICE_COUNT = CudaLibrary.function("cuDeviceGetCount", JAVA_LONG);
    private static final MethodHandle DEVICE = CudaLibrary.function("cuDeviceGet", JAVA_LONG, JAVA_INT);
    private static final MethodHandle ATTRIBUTE = CudaLibrary.function("cuDeviceGetAttribute", JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle TOTAL_BYTES = CudaLibrary.function("cuDeviceTotalMem_v2", JAVA_LONG, JAVA_INT);
    private static final MethodHandle RETAIN_CONTEXT = CudaLibrary.function("cuDevicePrimaryCtxRetain", JAVA_LONG, JAVA_INT);
    private static final MethodHandle CURRENT_CONTEXT = CudaLibrary.function("cuCtxSetCurrent", JAVA_LONG);
    private static final MethodHandle ALLOCATE = CudaLibrary.function("cuMemAlloc_v2", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle FREE = CudaLibrary.function("cuMemFree_v2", JAVA_LONG);
    private static final MethodHandle ALLOCATE_HOST = CudaLibrary.function("cuMemHostAlloc", JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle FREE_HOST = CudaLibrary.function("cuMemFreeHost", JAVA_LONG);
    private static final MethodHandle TO_DEVICE = CudaLibrary.function("cuMemcpyHtoDAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle TO_HOST = CudaLibrary.function("cuMemcpyDtoHAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle COPY = CudaLibrary.function("cuMemcpyDtoDAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle FILL = CudaLibrary.function("cuMemsetD8Async", JAVA_LONG, JAVA_BYTE, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle LOAD_MODULE = CudaLibrary.function("cuModuleLoadData", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle UNLOAD_MODULE = CudaLibrary.function("cuModuleUnload", JAVA_LONG);
    private static final MethodHandle FUNCTION = CudaLibrary.function("cuModuleGetFunction", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle FUNCTION_ATTRIBUTE = CudaLibrary.function("cuFuncSetAttribute", JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle CREATE_STREAM = CudaLibrary.function("cuStreamCreate", JAVA_LONG, JAVA_INT);
    private static final MethodHandle DESTROY_STREAM = CudaLibrary.function("cuStreamDestroy_v2", JAVA_LONG);
    private static final MethodHandle SYNCHRONIZE = CudaLibrary.function("cuStreamSynchronize", JAVA_LONG);
    private static final MethodHandle LAUNCH = CudaLibrary.function("cuLaunchKernel", JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle BEGIN_CAPTURE = CudaLibrary.function("cuStreamBeginCapture_v2", JAVA_LONG, JAVA_INT);
    private static final MethodHandle END_CAPTURE = CudaLibrary.function("cuStreamEndCapture", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle INSTANTIATE = CudaLibrary.function("cuGraphInstantiateWithFlags", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle DESTROY_GRAPH = CudaLibrary.function("cuGraphDestroy", JAVA_LONG);
    private static final MethodHandle DESTROY_EXECUTABLE = CudaLibrary.function("cuGraphExecDestroy", JAVA_LONG);
    private static final MethodHandle LAUNCH_GRAPH = CudaLibrary.function("cuGraphLaunch", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle DEVICE_NAME = CudaLibrary.function("cuDeviceGetName", JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle MEMORY_INFO = CudaLibrary.function("cuMemGetInfo_v2", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle ERROR_NAME = CudaLibrary.function("cuGetErrorName", JAVA_INT, JAVA_LONG);

    private static final long NAME_BYTES = 256;

    private Driver() {}

    /** Returns the name of a device. */
    public static String deviceName(int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(NAME_BYTES);
            check("cuDeviceGetName", (int) DEVICE_NAME.invokeExact(name.address(), (int) NAME_BYTES, device));
            return name.getString(0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Starts the driver. */
    public static void init(int flags) {
        try {
            check("cuInit", (int) INIT.invokeExact(flags));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Returns the version of CUDA that the driver brings, such as 13000. */
    public static int driverVersion() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            check("cuDriverGetVersion", (int) DRIVER_VERSION.invokeExact(out.address()));
            return out.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Returns the number of devices. */
    public static int deviceCount() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            check("cuDeviceGetCount", (int) DEVICE_COUNT.invokeExact(out.address()));
            return out.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Returns the handle of a device. */
    public static int device(int ordinal) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            check("cuDeviceGet", (int) DEVICE.invokeExact(out.address(), ordinal));
            return out.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Returns an attribute of a device. */
    public static int attribute(int attribute, int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            check("cuDeviceGetAttribute", (int) ATTRIBUTE.invokeExact(out.address(), attribute, device));
            return out.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Returns the memory of a device. */
    public static long totalBytes(int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check("cuDeviceTotalMem_v2", (int) TOTAL_BYTES.invokeExact(out.address(), device));
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Opens the context of a device. */
    public static long retainContext(int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check("cuDevicePrimaryCtxRetain", (int) RETAIN_CONTEXT.invokeExact(out.address(), device));
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Makes a context the calling thread's. */
    public static void currentContext(long context) {
        try {
            check("cuCtxSetCurrent", (int) CURRENT_CONTEXT.invokeExact(context));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Allocates device memory. */
    public static long allocate(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check("cuMemAlloc_v2", (int) ALLOCATE.invokeExact(out.address(), bytes));
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Frees device memory. */
    public static void free(long address) {
        try {
            check("cuMemFree_v2", (int) FREE.invokeExact(address));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Allocates host memory that the device can reach. */
    public static long allocateHost(long bytes, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check("cuMemHostAlloc", (int) ALLOCATE_HOST.invokeExact(out.address(), bytes, flags));
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Frees host memory. */
    public static void freeHost(long address) {
        try {
            check("cuMemFreeHost", (int) FREE_HOST.invokeExact(address));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Copies to the device, in the order of a stream. */
    public static void toDevice(long target, long source, long bytes, long stream) {
        try {
            check("cuMemcpyHtoDAsync_v2", (int) TO_DEVICE.invokeExact(target, source, bytes, stream));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Copies to the host, in the order of a stream. */
    public static void toHost(long target, long source, long bytes, long stream) {
        try {
            check("cuMemcpyDtoHAsync_v2", (int) TO_HOST.invokeExact(target, source, bytes, stream));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Copies on the device, in the order of a stream. */
    public static void copy(long target, long source, long bytes, long stream) {
        try {
            check("cuMemcpyDtoDAsync_v2", (int) COPY.invokeExact(target, source, bytes, stream));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Sets bytes, in the order of a stream. */
    public static void fill(long target, byte value, long bytes, long stream) {
        try {
            check("cuMemsetD8Async", (int) FILL.invokeExact(target, value, bytes, stream));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Compiles PTX, a text that ends with 0. */
    public static long loadModule(long image) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check("cuModuleLoadData", (int) LOAD_MODULE.invokeExact(out.address(), image));
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Forgets a module. */
    public static void unloadModule(long module) {
        try {
            check("cuModuleUnload", (int) UNLOAD_MODULE.invokeExact(module));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Returns a kernel of a module. */
    public static long function(long module, long name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check("cuModuleGetFunction", (int) FUNCTION.invokeExact(out.address(), module, name));
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Sets an attribute of a kernel. */
    public static void functionAttribute(long function, int attribute, int value) {
        try {
            check("cuFuncSetAttribute", (int) FUNCTION_ATTRIBUTE.invokeExact(function, attribute, value));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Makes a stream. */
    public static long createStream(int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check("cuStreamCreate", (int) CREATE_STREAM.invokeExact(out.address(), flags));
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Ends a stream. */
    public static void destroyStream(long stream) {
        try {
            check("cuStreamDestroy_v2", (int) DESTROY_STREAM.invokeExact(stream));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Waits until a stream's work is done. */
    public static void synchronize(long stream) {
        try {
            check("cuStreamSynchronize", (int) SYNCHRONIZE.invokeExact(stream));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Starts a kernel. */
    public static void launch(long function, int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ, int shared,
            long stream, long parameters, long extra) {
        try {
            check("cuLaunchKernel", (int) LAUNCH.invokeExact(function, gridX, gridY, gridZ, blockX, blockY, blockZ, shared, stream, parameters, extra));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Records a stream's work instead of doing it. */
    public static void beginCapture(long stream, int mode) {
        try {
            check("cuStreamBeginCapture_v2", (int) BEGIN_CAPTURE.invokeExact(stream, mode));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Returns what was recorded. */
    public static long endCapture(long stream) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check("cuStreamEndCapture", (int) END_CAPTURE.invokeExact(stream, out.address()));
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Makes a recording ready to run. */
    public static long instantiate(long graph, long flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check("cuGraphInstantiateWithFlags", (int) INSTANTIATE.invokeExact(out.address(), graph, flags));
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Forgets a recording. */
    public static void destroyGraph(long graph) {
        try {
            check("cuGraphDestroy", (int) DESTROY_GRAPH.invokeExact(graph));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Forgets a recording that is ready to run. */
    public static void destroyExecutable(long executable) {
        try {
            check("cuGraphExecDestroy", (int) DESTROY_EXECUTABLE.invokeExact(executable));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Runs a recording. */
    public static void launchGraph(long executable, long stream) {
        try {
            check("cuGraphLaunch", (int) LAUNCH_GRAPH.invokeExact(executable, stream));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Returns the free device memory of the thread's context. */
    public static long freeBytes() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG, 2);
            check("cuMemGetInfo", (int) MEMORY_INFO.invokeExact(out.address(), out.address() + JAVA_LONG.byteSize()));
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    private static void check(String call, int code) throws Throwable {
        if (code != 0) {
            throw new DriverError(call, code, name(code));
        }
    }

    private static String name(int code) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            if ((int) ERROR_NAME.invokeExact(code, out.address()) != 0) {
                return "unknown error";
            }
            return MemorySegment.ofAddress(out.get(JAVA_LONG, 0)).reinterpret(NAME_BYTES).getString(0);
        }
    }

    private static RuntimeException rethrown(Throwable e) {
        if (e instanceof RuntimeException failure) {
            return failure;
        }
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("a call of the CUDA driver failed", e);
    }
}
