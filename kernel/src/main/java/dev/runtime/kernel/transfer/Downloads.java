package dev.runtime.kernel.transfer;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.source.ModelSource.Blob;
import dev.runtime.api.source.ModelSource.Repository;
import dev.runtime.kernel.store.StoreWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;

/** The downloads that run now. Whoever wants a blob that is coming waits for it with the others; the last one to leave ends it. */
final class Downloads {
    private static final long REPORT_MILLIS = 60;

    private final StoreWriter store;
    private final Retry retry;
    private final Map<String, Shared> running = new HashMap<>();

    Downloads(StoreWriter store, Retry retry) {
        this.store = store;
        this.retry = retry;
    }

    private static final class Shared {
        private final Cancellation cancellation = new Cancellation();
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private final BlobDownload download;
        private int users;

        private Shared(StoreWriter store, Repository source, Blob blob, Retry retry) {
            download = new BlobDownload(store, source, blob, retry, cancellation);
        }
    }

    /**
     * Waits until a blob is in the store.
     *
     * @param progress told how many bytes are there, on the calling thread: at once, and at most every 60 ms when that changed
     * @throws RuntimeFailure as {@link BlobDownload#run}
     */
    void bring(Repository source, Blob blob, Cancellation cancellation, LongConsumer progress) {
        Shared shared = join(source, blob);
        try {
            CompletableFuture<Void> wake = shared.end.copy();
            cancellation.onCancel(() -> wake.cancel(false));
            long told = shared.download.completed();
            progress.accept(told);
            for (boolean ended = false; !ended; ) {
                try {
                    wake.get(REPORT_MILLIS, TimeUnit.MILLISECONDS);
                    ended = true;
                } catch (TimeoutException _) {
                    cancellation.check();
                }
                long completed = ended ? blob.size() : shared.download.completed();
                if (completed != told) {
                    told = completed;
                    progress.accept(completed);
                }
            }
        } catch (CancellationException _) {
            cancellation.check();
            throw new IllegalStateException("a download was cancelled by nobody");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeFailure f ? new RuntimeFailure(f.code(), f.getMessage(), f)
                    : new IllegalStateException("a download failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure(ErrorCode.REQUEST_CANCELLED, "interrupted while waiting for a download", e);
        } finally {
            leave(blob, shared);
        }
    }

    private Shared join(Repository source, Blob blob) {
        synchronized (running) {
            Shared shared = running.get(blob.digest());
            if (shared == null) {
                Shared begun = new Shared(store, source, blob, retry);
                running.put(blob.digest(), begun);
                Thread.ofVirtual().name("download " + blob.digest()).start(() -> run(blob, begun));
                shared = begun;
            }
            shared.users++;
            return shared;
        }
    }

    private void leave(Blob blob, Shared shared) {
        synchronized (running) {
            if (--shared.users == 0 && running.remove(blob.digest(), shared)) {
                shared.cancellation.cancel();
            }
        }
    }

    private void run(Blob blob, Shared shared) {
        try {
            shared.download.run();
            end(blob, shared);
            shared.end.complete(null);
        } catch (Throwable e) {
            end(blob, shared);
            shared.end.completeExceptionally(e);
        }
    }

    private void end(Blob blob, Shared shared) {
        synchronized (running) {
            running.remove(blob.digest(), shared);
        }
    }

    /** Gives up all downloads; what they brought stays. */
    void stop() {
        synchronized (running) {
            running.values().forEach(shared -> shared.cancellation.cancel());
        }
    }
}
