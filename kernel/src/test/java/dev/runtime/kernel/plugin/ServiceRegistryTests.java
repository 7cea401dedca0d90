package dev.runtime.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.event.Listener;
import dev.runtime.api.plugin.Services;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ServiceRegistryTests {
    private final ServiceRegistry registry = new ServiceRegistry();
    private final Listener a = _ -> { };
    private final Listener b = _ -> { };

    @Test
    void extensionsKeepTheOrderOfActivation() {
        registry.add(Listener.class, a);
        registry.add(Listener.class, b);
        assertEquals(List.of(a, b), registry.all(Listener.class));
        registry.remove(Listener.class, a);
        registry.add(Listener.class, a);
        assertEquals(List.of(b, a), registry.all(Listener.class));
    }

    @Test
    void aWatcherIsToldOfPresentOnesFirstAndNothingAfterClosing() {
        registry.add(Listener.class, a);
        Remembering watcher = new Remembering();
        Services.Watch watch = registry.watch(Listener.class, watcher);
        registry.add(Listener.class, b);
        registry.remove(Listener.class, a);
        registry.remove(Listener.class, a);
        watch.close();
        registry.remove(Listener.class, b);
        assertEquals(List.of("+a", "+b", "-a"), watcher.said);
    }

    @Test
    void aRemovedOneIsNotFoundWhileWatchersAreTold() {
        registry.add(Listener.class, a);
        List<Integer> found = new ArrayList<>();
        registry.watch(Listener.class, new Services.Watcher<>() {
            @Override
            public void added(Listener extension) {}

            @Override
            public void removed(Listener extension) {
                found.add(registry.all(Listener.class).size());
            }
        });
        registry.remove(Listener.class, a);
        assertEquals(List.of(0), found);
    }

    @Test
    void aWatcherThatThrowsDoesNotKeepOthersFromKnowing() {
        registry.watch(Listener.class, new Services.Watcher<>() {
            @Override
            public void added(Listener extension) {
                throw new IllegalStateException("test");
            }

            @Override
            public void removed(Listener extension) {
                throw new NoSuchMethodError("test");
            }
        });
        Remembering watcher = new Remembering();
        registry.watch(Listener.class, watcher);
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> registry.add(Listener.class, a));
        assertTrue(failure.getMessage().endsWith("cannot be used: java.lang.IllegalStateException: test"), failure.getMessage());
        registry.remove(Listener.class, a);
        assertEquals(List.of("+a", "-a"), watcher.said);
    }

    @Test
    void noChangeIsLostOrToldTwiceToAWatcherThatComesMeanwhile() throws InterruptedException {
        int count = 500;
        List<Listener> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            all.add(event -> { if (number < 0) throw new IllegalStateException(event.toString()); });
        }
        CountDownLatch half = new CountDownLatch(1);
        Thread adding = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < count; i++) {
                registry.add(Listener.class, all.get(i));
                if (i == count / 2) {
                    half.countDown();
                }
            }
        });
        half.await();
        List<Listener> seen = new ArrayList<>();
        registry.watch(Listener.class, new Services.Watcher<>() {
            @Override
            public void added(Listener extension) {
                seen.add(extension);
            }

            @Override
            public void removed(Listener extension) {}
        });
        adding.join();
        assertEquals(all, seen);
    }

    private final class Remembering implements Services.Watcher<Listener> {
        private final List<String> said = new ArrayList<>();

        @Override
        public void added(Listener extension) {
            said.add("+" + (extension == a ? "a" : "b"));
        }

        @Override
        public void removed(Listener extension) {
            said.add("-" + (extension == a ? "a" : "b"));
        }
    }
}
