package dev.runtime.kernel.plugin;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Follows a folder of plug-ins on a virtual thread of its own.
 *
 * <p>Events of the file system only wake the thread up; what happened is always found out by looking ({@link FolderScan}). So
 * network file systems, which have no events, lost events and a folder that is created later need nothing special.
 */
final class FolderWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FolderWatch.class.getName());
    private static final Duration IDLE = Duration.ofSeconds(1);
    /** Lets a burst of events pass, so that a long copy does not cause a look for each of its writes. */
    private static final Duration BURST = Duration.ofMillis(50);

    private final Path folder;
    private final FolderScan scan;
    private final Consumer<Path> appeared;
    private final Consumer<Path> vanished;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Set<Path> registered = new HashSet<>();
    private Optional<WatchService> service = Optional.empty();
    private Optional<Thread> thread = Optional.empty();

    FolderWatch(Path folder, Consumer<Path> appeared, Consumer<Path> vanished) {
        this.folder = folder.toAbsolutePath().normalize();
        this.scan = new FolderScan(this.folder);
        this.appeared = appeared;
        this.vanished = vanished;
    }

    /** Passes on what is in the folder, on the calling thread, and then follows it. */
    void start() {
        try {
            service = Optional.of(folder.getFileSystem().newWatchService());
        } catch (IOException | UnsupportedOperationException e) {
            LOG.log(Level.DEBUG, "no events of the file system; " + folder + " is looked at every second", e);
        }
        apply(scan.first(System.nanoTime()));
        thread = Optional.of(Thread.ofVirtual().name("plug-ins folder").start(this::follow));
    }

    /** Ends following; a change that is being applied is completed. */
    @Override
    public void close() {
        closing.countDown();
        service.ifPresent(FolderWatch::closeQuietly);
        try {
            if (thread.isPresent()) {
                thread.get().join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        try {
            do {
                register();
                apply(scan.look(System.nanoTime()));
            } while (!pause(scan.pending() ? FolderScan.SETTLED.dividedBy(2) : IDLE));
        } catch (ClosedWatchServiceException e) {
            LOG.log(Level.TRACE, "closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for an event or the end of the time; tells whether to end. */
    private boolean pause(Duration longest) throws InterruptedException {
        if (service.isEmpty()) {
            return closing.await(longest.toMillis(), TimeUnit.MILLISECONDS);
        }
        WatchKey key = service.get().poll(longest.toMillis(), TimeUnit.MILLISECONDS);
        if (key == null) {
            return closing.getCount() == 0;
        }
        boolean ending = closing.await(BURST.toMillis(), TimeUnit.MILLISECONDS);
        do {
            key.pollEvents();
            if (!key.reset()) {
                registered.remove(key.watchable());
            }
            key = service.get().poll();
        } while (key != null);
        return ending;
    }

    /** Asks for the events of the folder and of the folders in it. */
    private void register() {
        if (service.isEmpty() || !Files.isDirectory(folder)) {
            return;
        }
        registered.removeIf(known -> !Files.isDirectory(known));
        try (Stream<Path> inside = Files.list(folder)) {
            for (Path each : Stream.concat(Stream.of(folder), inside.filter(Files::isDirectory)).toList()) {
                if (!registered.contains(each)) {
                    each.register(service.get(), StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE,
                            StandardWatchEventKinds.ENTRY_MODIFY);
                    registered.add(each);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "no events of " + folder + "; it is looked at every second", e);
        }
    }

    private void apply(List<FolderScan.Change> changes) {
        for (FolderScan.Change change : changes) {
            try {
                switch (change) {
                    case FolderScan.Change.Appeared(Path source) -> appeared.accept(source);
                    case FolderScan.Change.Vanished(Path source) -> vanished.accept(source);
                }
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "a change of the plug-ins folder could not be applied: " + change, e);
            }
        }
    }

    private static void closeQuietly(WatchService service) {
        try {
            service.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing the watch service failed", e);
        }
    }
}
