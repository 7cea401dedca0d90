package dev.runtime.kernel.engine;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.Extension;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.plugin.Services;
import java.util.concurrent.atomic.AtomicBoolean;

/** Follows an extension that a loaded model keeps: the model ends before the extension does. */
final class UsedExtension<T extends Extension> implements Services.Watcher<T> {
    private final T extension;
    private final Runnable end;
    private final AtomicBoolean present = new AtomicBoolean();

    private UsedExtension(T extension, Runnable end) {
        this.extension = extension;
        this.end = end;
    }

    /**
     * Starts to follow.
     *
     * @param end closes the model; called on the thread that removes the extension
     * @throws RuntimeFailure with {@code model.load_failed} if the extension has gone
     */
    static <T extends Extension> Services.Watch watch(Services services, Class<T> spi, T extension, Runnable end) {
        UsedExtension<T> used = new UsedExtension<>(extension, end);
        Services.Watch watch = services.watch(spi, used);
        if (!used.present.get()) {
            watch.close();
            throw new RuntimeFailure(ErrorCode.MODEL_LOAD_FAILED, "the plug-in with " + extension.getClass().getSimpleName()
                    + " was removed while the model was being loaded; try again");
        }
        return watch;
    }

    @Override
    public void added(T other) {
        if (other == extension) {
            present.set(true);
        }
    }

    @Override
    public void removed(T other) {
        if (other == extension) {
            present.set(false);
            end.run();
        }
    }
}
