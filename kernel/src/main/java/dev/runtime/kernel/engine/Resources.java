package dev.runtime.kernel.engine;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What a model holds open; closed in the reverse order, all of it even if one fails. May be closed while another thread still adds: a
 * plug-in can go while a model that needs it is loaded.
 */
final class Resources implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Resources.class.getName());

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private boolean closed;

    /**
     * Adds what is to be closed.
     *
     * @throws RuntimeFailure with {@code model.load_failed} after {@link #close}; the resource is closed then
     */
    <T extends AutoCloseable> T add(T resource) {
        synchronized (open) {
            if (!closed) {
                open.push(resource);
                return resource;
            }
        }
        close(resource);
        throw new RuntimeFailure(ErrorCode.MODEL_LOAD_FAILED,
                "a plug-in that the model needs was removed while it was being loaded; try again");
    }

    @Override
    public void close() {
        for (Optional<AutoCloseable> next = next(); next.isPresent(); next = next()) {
            close(next.get());
        }
    }

    private Optional<AutoCloseable> next() {
        synchronized (open) {
            closed = true;
            return Optional.ofNullable(open.poll());
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.log(Level.WARNING, "closing " + resource.getClass().getSimpleName() + " failed", e);
        }
    }
}
