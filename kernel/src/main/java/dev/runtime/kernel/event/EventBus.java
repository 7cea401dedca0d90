package dev.runtime.kernel.event;

import dev.runtime.api.event.Events;
import dev.runtime.api.event.Listener;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.plugin.Services;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Passes events to subscribers, to {@link Listener} extensions and to Java Flight Recorder, on the publishing thread.
 *
 * <p>A receiver that throws harms neither the publisher nor other receivers; its first failure is logged. Safe for use by many
 * threads.
 */
public final class EventBus implements Events, AutoCloseable {
    private final List<Receiver> receivers = new CopyOnWriteArrayList<>();
    private final Services.Watch watch;
    private final System.Logger log;

    /** Creates a bus that follows the registry's listeners until it is closed. */
    public EventBus(Services services) {
        this(services, System.getLogger(EventBus.class.getName()));
    }

    EventBus(Services services, System.Logger log) {
        this.log = log;
        watch = services.watch(Listener.class, new Services.Watcher<>() {
            @Override
            public void added(Listener listener) {
                receivers.add(new Receiver(listener, listener::on));
            }

            @Override
            public void removed(Listener listener) {
                receivers.removeIf(receiver -> receiver.owner == listener);
            }
        });
    }

    @Override
    public Subscription subscribe(Consumer<RuntimeEvent> consumer) {
        Receiver receiver = new Receiver(consumer, Objects.requireNonNull(consumer, "consumer"));
        receivers.add(receiver);
        return () -> receivers.remove(receiver);
    }

    /** Passes an event on and returns when all receivers have seen it. */
    public void publish(RuntimeEvent event) {
        Objects.requireNonNull(event, "event");
        FlightRecord.write(event);
        for (Receiver receiver : receivers) {
            receiver.take(event, log);
        }
    }

    /** Lets go of all receivers. */
    @Override
    public void close() {
        watch.close();
        receivers.clear();
    }

    /** Compared by identity, so that a consumer that subscribes twice is called twice. */
    private static final class Receiver {
        private final Object owner;
        private final Consumer<RuntimeEvent> consumer;
        private final AtomicBoolean logged = new AtomicBoolean();

        Receiver(Object owner, Consumer<RuntimeEvent> consumer) {
            this.owner = owner;
            this.consumer = consumer;
        }

        void take(RuntimeEvent event, System.Logger log) {
            try {
                consumer.accept(event);
            } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
                if (logged.compareAndSet(false, true)) {
                    log.log(Level.WARNING, "a listener of class " + owner.getClass().getName() + " failed on "
                            + event.getClass().getSimpleName() + "; further failures of it are not logged", e);
                }
            }
        }
    }
}
