package org.xnio;

import javax.management.MBeanServer;

/**
 * Takes the place of XNIO's class of this name and keeps it from registering management beans, which nobody reads here: starting
 * the platform's bean server loads some 500 classes, more than half of what listening costs. XNIO goes on without beans when
 * this fails.
 */
final class Xnio$MBeanHolder {
    private Xnio$MBeanHolder() {}

    /** The name that javac gave the accessor of the original. */
    static MBeanServer access$000() {
        throw new UnsupportedOperationException("no management beans");
    }
}
