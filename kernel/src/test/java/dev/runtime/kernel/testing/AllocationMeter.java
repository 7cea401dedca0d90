package dev.runtime.kernel.testing;

import java.lang.reflect.Method;

/** Reads how much the current thread has allocated; by reflection, since the kernel does not read the management modules. */
public final class AllocationMeter {
    private final Object bean;
    private final Method allocated;

    /** Finds the virtual machine's counter. */
    public AllocationMeter() {
        try {
            bean = Class.forName("java.lang.management.ManagementFactory").getMethod("getThreadMXBean").invoke(null);
            allocated = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the bytes allocated by the current thread since it began. */
    public long bytes() {
        try {
            return (long) allocated.invoke(bean);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
