package dev.runtime.kernel.transfer;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.source.ModelSource.Blob;
import dev.runtime.api.source.ModelSource.Repository;
import dev.runtime.kernel.store.PartialBlob;
import dev.runtime.kernel.store.StoreWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Brings one blob: parts of it at the same time, each resumed where an earlier try ended, and the whole checked before it gets its name. */
final class BlobDownload {
    private final StoreWriter store;
    private final Repository source;
    private final Blob blob;
    private final Retry retry;
    private final Cancellation cancellation;
    private volatile Optional<PartialBlob> partial = Optional.empty();
    private volatile boolean done;

    BlobDownload(StoreWriter store, Repository source, Blob blob, Retry retry, Cancellation cancellation) {
        this.store = store;
        this.source = source;
        this.blob = blob;
        this.retry = retry;
        this.cancellation = cancellation;
    }

    /** Returns how many bytes are there. For any thread. */
    long completed() {
        return done ? blob.size() : partial.map(PartialBlob::completed).orElse(0L);
    }

    /**
     * Brings it.
     *
     * @throws RuntimeFailure with {@code upstream.failed} if it does not come or has other bytes, {@code store.failed}, {@code
     *     request.cancelled}, or what the source threw
     */
    void run() {
        Outcome last = attempt();
        // what an earlier process left may be damaged without anybody's fault now; each attempt trusts less of it, in the end nothing
        while (last.found().isPresent() && last.resumed()) {
            last = attempt();
        }
        if (last.found().isPresent()) {
            throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, "digest mismatch, file must be downloaded again: want " + blob.digest()
                    + ", got sha256:" + last.found().get());
        }
        done = true;
    }

    /**
     * How an attempt ended.
     *
     * @param found the digest of wrong bytes; nothing if they are right
     * @param resumed whether bytes of an earlier attempt were among them
     */
    private record Outcome(Optional<String> found, boolean resumed) {}

    private Outcome attempt() {
        Optional<PartialBlob> opened = store.partial(blob.digest(), blob.size(), cancellation);
        if (opened.isEmpty()) {
            return new Outcome(Optional.empty(), false);
        }
        try (PartialBlob file = opened.get()) {
            partial = opened;
            try {
                bring(file);
            } finally {
                file.save();
            }
            String digest = "sha256:" + file.publish(cancellation);
            return new Outcome(digest.equals(blob.digest()) ? Optional.empty() : Optional.of(digest.substring(7)), file.resumed());
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.STORE_FAILED, "cannot write " + blob.digest() + " into the model store ("
                    + e.getClass().getSimpleName() + "); check the free space of its disk", e);
        }
    }

    private void bring(PartialBlob file) {
        // one part that fails for good ends the others
        Cancellation parts = new Cancellation();
        cancellation.onCancel(parts::cancel);
        List<Future<?>> running = new ArrayList<>();
        Optional<Throwable> failure = Optional.empty();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (PartialBlob.Part part : file.parts()) {
                running.add(threads.submit(() -> {
                    try {
                        bring(part, parts);
                    } catch (RuntimeException | Error e) {
                        parts.cancel();
                        throw e;
                    }
                }));
            }
            for (Future<?> each : running) {
                failure = first(failure, each);
            }
        }
        cancellation.check();
        if (failure.isPresent()) {
            throw failure.get() instanceof RuntimeException e ? e : new IllegalStateException("a download failed", failure.get());
        }
    }

    /** Of several failures the one that was no consequence of another. */
    private static Optional<Throwable> first(Optional<Throwable> known, Future<?> next) {
        try {
            next.get();
            return known;
        } catch (ExecutionException e) {
            boolean consequence = e.getCause() instanceof RuntimeFailure f && f.code() == ErrorCode.REQUEST_CANCELLED;
            return known.isEmpty() || !consequence ? Optional.of(e.getCause()) : known;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(new RuntimeFailure(ErrorCode.REQUEST_CANCELLED, "interrupted while a download ran", e));
        }
    }

    private void bring(PartialBlob.Part part, Cancellation parts) {
        if (part.missing() == 0) {
            return;
        }
        retry.run(() -> {
            source.read(blob, part.position(), part.missing(), new PartChannel(part), parts);
            if (part.missing() > 0) {
                throw new IOException("the connection ended early");
            }
            return true;
        }, part::completed, parts);
    }

    /** Takes bytes of a part; a failure of the disk is not tried again. */
    private record PartChannel(PartialBlob.Part part) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) {
            int count = bytes.remaining();
            if (count > part.missing()) {
                throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, "the source sends more bytes than it was asked for");
            }
            try {
                part.write(bytes);
            } catch (IOException e) {
                throw new RuntimeFailure(ErrorCode.STORE_FAILED, "cannot write into the model store (" + e.getMessage()
                        + "); check the free space of its disk", e);
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // the part stays open
        }
    }
}
