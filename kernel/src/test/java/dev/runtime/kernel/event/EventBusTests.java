package dev.runtime.kernel.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Extension;
import dev.runtime.api.event.Events;
import dev.runtime.api.event.Listener;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.plugin.Services;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.function.Consumer;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventBusTests {
    private static final RuntimeEvent EVENT = new RuntimeEvent.ModelUnloaded("m:latest", "idle");

    private final OneSpi services = new OneSpi();
    private final Log log = new Log();
    private final EventBus bus = new EventBus(services, log);

    @Test
    void subscribersSeeEventsUntilTheyClose() {
        List<RuntimeEvent> seen = new ArrayList<>();
        Events.Subscription subscription = bus.subscribe(seen::add);
        bus.publish(EVENT);
        subscription.close();
        subscription.close();
        bus.publish(EVENT);
        assertEquals(List.of(EVENT), seen);
    }

    @Test
    void subscribingTwiceIsTwoSubscriptions() {
        List<RuntimeEvent> seen = new ArrayList<>();
        Consumer<RuntimeEvent> consumer = seen::add;
        Events.Subscription first = bus.subscribe(consumer);
        bus.subscribe(consumer);
        bus.publish(EVENT);
        first.close();
        bus.publish(EVENT);
        assertEquals(3, seen.size());
    }

    @Test
    void listenersComeAndGoWithTheirPlugin() {
        List<RuntimeEvent> seen = new ArrayList<>();
        Listener listener = seen::add;
        services.watcher.added(listener);
        bus.publish(EVENT);
        services.watcher.removed(listener);
        bus.publish(EVENT);
        assertEquals(List.of(EVENT), seen);
        bus.close();
        assertTrue(services.closed);
    }

    @Test
    void aThrowingReceiverHurtsNobodyAndIsLoggedOnce() {
        List<RuntimeEvent> seen = new ArrayList<>();
        bus.subscribe(_ -> {
            throw new IllegalStateException("broken");
        });
        services.watcher.added(_ -> {
            throw new NoClassDefFoundError("gone");
        });
        bus.subscribe(seen::add);
        bus.publish(EVENT);
        bus.publish(EVENT);
        assertEquals(List.of(EVENT, EVENT), seen);
        assertEquals(2, log.messages.size(), "one entry a receiver");
    }

    @Test
    void aSubscriberMayUnsubscribeWhileCalled() {
        List<RuntimeEvent> seen = new ArrayList<>();
        Events.Subscription[] self = new Events.Subscription[1];
        self[0] = bus.subscribe(event -> {
            seen.add(event);
            self[0].close();
        });
        bus.publish(EVENT);
        bus.publish(EVENT);
        assertEquals(1, seen.size());
    }

    @Test
    void eventsAreRecordedByFlightRecorder(@TempDir Path folder) throws IOException {
        Usage usage = new Usage(7, 3, 5, Duration.ofMillis(9), Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(3), Duration.ofMillis(4));
        Path file = folder.resolve("recording.jfr");
        StepEvent step = new StepEvent();
        try (Recording recording = new Recording()) {
            for (String name : List.of("ModelLoad", "ModelUnload", "Request", "Plugin", "Step")) {
                recording.enable("runtime." + name).withoutThreshold();
            }
            recording.start();
            bus.publish(new RuntimeEvent.ModelLoaded("m:latest", "cpu", 4096, Duration.ofMillis(12)));
            bus.publish(EVENT);
            bus.publish(new RuntimeEvent.RequestEnded("m:latest", "ok", Duration.ofMillis(10), usage));
            bus.publish(new RuntimeEvent.PluginChanged("p", "REFUSED", "why"));
            assertTrue(step.isEnabled());
            for (int tokens = 1; tokens <= 2; tokens++) {
                step.begin();
                step.finish("m:latest", tokens, 1, 1);
            }
            recording.dump(file);
        }
        assertFalse(step.isEnabled());
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        RecordedEvent load = one(events, "runtime.ModelLoad");
        assertEquals("m:latest", load.getString("model"));
        assertEquals("cpu", load.getString("device"));
        assertEquals(4096, load.getLong("bytes"));
        assertEquals(Duration.ofMillis(12), load.getDuration("took"));
        assertEquals(List.of("Runtime"), load.getEventType().getCategoryNames());
        assertEquals("Model Load", load.getEventType().getLabel());
        assertEquals("idle", one(events, "runtime.ModelUnload").getString("reason"));
        RecordedEvent request = one(events, "runtime.Request");
        assertEquals("ok", request.getString("outcome"));
        assertEquals(7, request.getInt("promptTokens"));
        assertEquals(3, request.getInt("cachedTokens"));
        assertEquals(5, request.getInt("outputTokens"));
        assertEquals(Duration.ofMillis(2), request.getDuration("queued"));
        assertEquals(Duration.ofMillis(4), request.getDuration("outputTime"));
        assertEquals("why", one(events, "runtime.Plugin").getString("detail"));
        List<RecordedEvent> steps = events.stream().filter(e -> e.getEventType().getName().equals("runtime.Step")).toList();
        assertEquals(List.of(1, 2), steps.stream().map(e -> e.getInt("tokens")).sorted().toList());
    }

    private static RecordedEvent one(List<RecordedEvent> events, String name) {
        List<RecordedEvent> found = events.stream().filter(e -> e.getEventType().getName().equals(name)).toList();
        assertEquals(1, found.size(), name);
        return found.getFirst();
    }

    /** Keeps messages. */
    private static final class Log implements System.Logger {
        private final List<String> messages = new ArrayList<>();

        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            messages.add(message);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            messages.add(format);
        }
    }

    /** A registry that only knows listeners. */
    private static final class OneSpi implements Services {
        private Services.Watcher<Listener> watcher;
        private boolean closed;

        @Override
        public <T extends Extension> List<T> all(Class<T> spi) {
            return List.of();
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T extends Extension> Watch watch(Class<T> spi, Watcher<T> given) {
            assertEquals(Listener.class, spi);
            watcher = (Services.Watcher<Listener>) (Services.Watcher<?>) given;
            return () -> closed = true;
        }
    }
}
