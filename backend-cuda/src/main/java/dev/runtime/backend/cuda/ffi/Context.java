package dev.runtime.backend.cuda.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** The context of one device and its kernels, compiled as they are first asked for; lives as long as the process. */
public final class Context {
    /** {@code CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES}. */
    private static final int SHARED_BYTES = 8;

    /** What a kernel may use without being asked. */
    private static final int SMALL_SHARED = 48 << 10;

    private static final System.Logger LOG = System.getLogger(Context.class.getName());

    private static final String LOST = " is not used any more; load the model again to have it on another device, restart the runtime to use this one";

    private final String id;
    private final int device;
    private final Map<String, Long> modules = new HashMap<>();
    private final Map<String, Long> functions = new HashMap<>();
    private long handle;
    private volatile boolean lost;

    /** Creates a context that is opened at its first use. */
    public Context(String id, int device) {
        this.id = id;
        this.device = device;
    }

    /**
     * Makes this the context of the calling thread; before any other call of the driver.
     *
     * @throws RuntimeFailure if the device cannot be used
     */
    public void enter() {
        if (lost) {
            throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, id + LOST);
        }
        try {
            Driver.currentContext(handle());
        } catch (DriverError e) {
            throw failure("opening it", e);
        }
    }

    /** Gives memory, streams and the like back. A failure is logged: whoever gives something back has nothing to do about it. */
    public void release(String what, Runnable release) {
        if (lost) {
            return; // the driver has forgotten it with the context
        }
        try {
            enter();
            release.run();
        } catch (DriverError | RuntimeFailure e) {
            LOG.log(System.Logger.Level.WARNING, id + " could not give back " + what, e);
        }
    }

    /** Tells whether the device failed in a way that ends its use by this process. */
    public boolean lost() {
        return lost;
    }

    private synchronized long handle() {
        if (handle == 0) {
            handle = Driver.retainContext(device);
        }
        return handle;
    }

    /** Returns a kernel of a file of kernels. */
    synchronized long function(String file, String name, int sharedBytes) {
        long function = functions.computeIfAbsent(name, n -> find(file, n));
        if (sharedBytes > SMALL_SHARED) {
            Driver.functionAttribute(function, SHARED_BYTES, sharedBytes);
        }
        return function;
    }

    private long find(String file, String name) {
        long module = modules.computeIfAbsent(file, this::load);
        try (Arena arena = Arena.ofConfined()) {
            return Driver.function(module, arena.allocateFrom(name).address());
        }
    }

    private long load(String file) {
        try (InputStream in = Context.class.getResourceAsStream("/dev/runtime/backend/cuda/kernels/" + file + ".ptx");
                Arena arena = Arena.ofConfined()) {
            byte[] text = in.readAllBytes();
            MemorySegment image = arena.allocate(text.length + 1L);
            MemorySegment.copy(text, 0, image, JAVA_BYTE, 0, text.length);
            return Driver.loadModule(image.address());
        } catch (IOException e) {
            throw new UncheckedIOException("the kernels " + file + " cannot be read; the installation is damaged", e);
        }
    }

    /** Makes a failure of the runtime of one of the driver. */
    public RuntimeFailure failure(String what, DriverError error) {
        if (error.lost()) {
            lost = true;
            return new RuntimeFailure(ErrorCode.DEVICE_FAILED, id + " failed with " + what + ": " + error.getMessage() + "; " + id + LOST, error);
        }
        return error.outOfMemory()
                ? new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, id + " has no memory left for " + what
                        + "; use a shorter context, a smaller batch or a smaller model, or stop other programs on the card", error)
                : new RuntimeFailure(ErrorCode.DEVICE_FAILED, id + " failed with " + what + ": " + error.getMessage(), error);
    }
}
