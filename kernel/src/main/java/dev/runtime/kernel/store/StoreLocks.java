package dev.runtime.kernel.store;

import dev.runtime.api.Cancellation;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who may do what to a store, among the threads of this process and with other processes: byte ranges of one file are locked, one of
 * them for changes of manifests, two for each blob.
 *
 * <p>Whoever needs a blob that no manifest names yet keeps it; whoever removes one needs to be alone with it, and with the manifests,
 * so that none comes to name it in between. Locks end with their process, however that ends. Where the file system has no
 * locks, only the threads of this process keep out of each other's way.
 *
 * <p>Safe for use by many threads.
 */
final class StoreLocks {
    private static final System.Logger LOG = System.getLogger(StoreLocks.class.getName());
    private static final long MANIFESTS = 0;
    /** How often a lock of another process is tried again, in milliseconds; those of this process wake us. */
    private static final long PAUSE = 50;
    /** One a store: the system gives locks to processes, and takes all away when any channel of the file closes. */
    private static final Map<Path, StoreLocks> OF_PROCESS = new ConcurrentHashMap<>();

    private final Path file;
    private final Map<Long, Range> ranges = new HashMap<>();
    private Optional<FileChannel> channel = Optional.empty();
    private boolean complained;

    private StoreLocks(Path file) {
        this.file = file;
    }

    /** Returns the locks of a store. */
    static StoreLocks of(BlobPath paths) {
        return OF_PROCESS.computeIfAbsent(paths.lockFile(), StoreLocks::new);
    }

    /** A lock that is held until it is closed. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    private static final class Range {
        private final boolean shared;
        private final Optional<FileLock> lock;
        private int users = 1;

        private Range(boolean shared, Optional<FileLock> lock) {
            this.shared = shared;
            this.lock = lock;
        }
    }

    /** Waits until nobody else changes manifests. */
    Held manifests() {
        return await(MANIFESTS, false, Cancellation.none());
    }

    /** Keeps a blob from being removed, whether it is there or not. Any number may keep it. */
    Held keep(String hex) {
        return await(position(hex), true, Cancellation.none());
    }

    /** Tries to be alone with a blob, to remove it; nothing if somebody keeps it. */
    Optional<Held> remove(String hex) {
        return attempt(position(hex), false);
    }

    /**
     * Waits until nobody else brings a blob.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code request.cancelled}
     */
    Held bring(String hex, Cancellation cancellation) {
        return await(position(hex) + 1, false, cancellation);
    }

    /** An even number above that of the manifests; blobs that share one by chance only wait for each other. */
    private static long position(String hex) {
        return (Long.parseUnsignedLong(hex.substring(0, 15), 16) << 1) + 2;
    }

    private Held await(long position, boolean shared, Cancellation cancellation) {
        for (;;) {
            cancellation.check();
            synchronized (this) {
                Optional<Held> held = attempt(position, shared);
                if (held.isPresent()) {
                    return held.get();
                }
                try {
                    wait(PAUSE);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw StoreFailure.interrupted(e);
                }
            }
        }
    }

    private synchronized Optional<Held> attempt(long position, boolean shared) {
        Range present = ranges.get(position);
        if (present != null) {
            if (!shared || !present.shared) {
                return Optional.empty();
            }
            present.users++;
            return Optional.of(() -> release(position));
        }
        Optional<FileLock> lock = Optional.empty();
        try {
            lock = Optional.ofNullable(channel().tryLock(position, 1, shared));
            if (lock.isEmpty()) {
                return Optional.empty();
            }
        } catch (OverlappingFileLockException _) {
            return Optional.empty(); // this process holds it by another spelling of the store's path
        } catch (IOException e) {
            complain(e);
        }
        ranges.put(position, new Range(shared, lock));
        return Optional.of(() -> release(position));
    }

    private synchronized void release(long position) {
        Range range = ranges.get(position);
        if (--range.users > 0) {
            return;
        }
        ranges.remove(position);
        try {
            if (range.lock.isPresent()) {
                range.lock.get().release();
            }
        } catch (IOException e) {
            complain(e);
        }
        notifyAll();
    }

    private FileChannel channel() throws IOException {
        // a store that was deleted as a whole and came again has another file
        if (channel.isEmpty() || ranges.isEmpty() && !Files.exists(file)) {
            if (channel.isPresent()) {
                channel.get().close();
            }
            Files.createDirectories(file.getParent());
            channel = Optional.of(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        }
        return channel.get();
    }

    private void complain(IOException e) {
        if (!complained) {
            complained = true;
            LOG.log(Level.WARNING, "the model store's disk gives no locks; do not let other processes change the store now", e);
        }
    }
}
