package dev.runtime.kernel.boot;

import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Turns the signals that ask a process to end into a call, so that a command ends in order and with its own exit status.
 *
 * <p>A shutdown hook cannot do that: the status is fixed by then. The class that can is called by reflection, because the
 * compiler warns of every direct use of it, and a JVM may be without it.
 */
final class Signals {
    private static final System.Logger LOG = System.getLogger(Signals.class.getName());
    private static final int INTERRUPTED = 130;

    private Signals() {}

    /** Calls at the first such signal; the second one ends the process at once. */
    static void onTermination(Runnable action) {
        AtomicBoolean asked = new AtomicBoolean();
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Method handle = signal.getMethod("handle", signal, handler);
            Object forward = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) ->
                    switch (method.getName()) {
                        case "equals" -> proxy == arguments[0];
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "toString" -> "termination";
                        default -> {
                            if (!asked.compareAndSet(false, true)) {
                                Runtime.getRuntime().halt(INTERRUPTED);
                            }
                            action.run();
                            yield null;
                        }
                    });
            for (String name : new String[] {"INT", "TERM"}) {
                handle.invoke(null, signal.getConstructor(String.class).newInstance(name), forward);
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.DEBUG, "signals end the process without a clean-up", e);
        }
    }
}
