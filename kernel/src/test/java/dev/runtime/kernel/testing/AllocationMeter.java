package dev.runtime.kernel.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Reads how much the current thread has allocated. */
public final class AllocationMeter {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Returns the bytes allocated by the current thread since it began. */
    public long bytes() {
        return threads.getCurrentThreadAllocatedBytes();
    }
}
