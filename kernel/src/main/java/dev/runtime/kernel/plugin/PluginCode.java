package dev.runtime.kernel.plugin;

import dev.runtime.api.RuntimeFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs code of one plug-in so that it can hurt nothing but the plug-in.
 *
 * <p>A plug-in that can be unloaded runs on a virtual thread that ends with the call: what it leaves in thread locals would
 * otherwise keep its classes alive. Such a call also has a time limit. The image's own plug-ins run on the calling thread.
 */
final class PluginCode {
    private final String id;
    private final Optional<ClassLoader> loader;

    /**
     * Creates.
     *
     * @param loader the loader of a plug-in that can be unloaded
     */
    PluginCode(String id, Optional<ClassLoader> loader) {
        this.id = id;
        this.loader = loader;
    }

    /**
     * Calls and waits for the result.
     *
     * @param what the call's description for the reason
     * @throws PluginRefused for whatever the code throws, and if it takes longer than the limit
     */
    <T> T call(String what, Duration limit, Callable<T> code) throws PluginRefused {
        try {
            return loader.isPresent() ? onThread(what, limit, code) : code.call();
        } catch (PluginRefused e) {
            throw e;
        } catch (Throwable e) {
            throw new PluginRefused(what + " failed: " + reason(e), e);
        }
    }

    private <T> T onThread(String what, Duration limit, Callable<T> code) throws Throwable {
        FutureTask<T> task = new FutureTask<>(code);
        Thread thread = Thread.ofVirtual().name("plugin " + id).inheritInheritableThreadLocals(false).unstarted(task);
        thread.setContextClassLoader(loader.get());
        thread.start();
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause();
        } catch (TimeoutException e) {
            task.cancel(true);
            throw new PluginRefused(what + " did not end within " + limit.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw new PluginRefused(what + " was interrupted", e);
        }
    }

    private static String reason(Throwable failure) {
        if (failure instanceof ServiceConfigurationError && failure.getCause() != null) {
            return reason(failure.getCause());
        }
        return failure instanceof RuntimeFailure || failure.getClass() == Exception.class && failure.getMessage() != null
                ? failure.getMessage() : failure.toString();
    }
}
