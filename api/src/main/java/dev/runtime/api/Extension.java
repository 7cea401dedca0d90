package dev.runtime.api;

/**
 * What every service provider interface of the runtime extends: a life between start and stop.
 *
 * <p>Implementations are found by {@link java.util.ServiceLoader}: a public class with a public constructor without
 * arguments, named in {@code provides} of the plug-in's {@code module-info.java}. Constructors do no work. The kernel
 * calls {@link #start} once before anything else and {@link #stop} once after the last use, on threads
 * of its choice; neither may install or uninstall plug-ins, which would wait for itself. All other methods may be called
 * by many threads at the same time unless their Javadoc says otherwise.
 */
@Stable
public interface Extension {
    /**
     * (optional) Prepares the extension; the default does nothing. The extension may keep the context until
     * {@link #stop}.
     *
     * @throws Exception to refuse; the whole plug-in is then stopped and listed with the message
     */
    default void start(ExtensionContext context) throws Exception {}

    /** (optional) Releases everything that {@link #start} or later calls acquired; the default does nothing. */
    default void stop() throws Exception {}
}
