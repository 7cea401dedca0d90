package dev.runtime.kernel.schedule;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Makes room for a model that is to be loaded: chooses who has to go, waits until it is idle, unloads it. For the thread that loads;
 * never called with the scheduler's lock held.
 */
final class Room {
    private final Scheduler scheduler;
    private final MemoryPlan memory;

    Room(Scheduler scheduler, MemoryPlan memory) {
        this.scheduler = scheduler;
        this.memory = memory;
    }

    /** Returns the model that has to go before this one can be loaded; nothing if there is room. */
    Optional<Resident> obstacle(Pending pending) {
        boolean alone;
        int most = scheduler.policy.mostLoaded(memory.gpus());
        scheduler.lock.lock();
        try {
            Resident own = scheduler.residents.get(pending.key);
            if (own != null) {
                return Optional.of(own);
            }
            if (scheduler.residents.size() >= most) {
                return victim();
            }
            alone = scheduler.residents.isEmpty();
        } finally {
            scheduler.lock.unlock();
        }
        return alone || memory.fits(pending.model, pending.options) ? Optional.empty() : anyone();
    }

    /**
     * Unloads a model, once it is idle; gives up when nobody waits for the room any more.
     *
     * @param wanted whether somebody does; asked with the lock held
     */
    void evict(Resident victim, Pending pending, BooleanSupplier wanted) {
        boolean mine;
        scheduler.lock.lock();
        try {
            victim.claimed = true;
            while (!victim.idle() && wanted.getAsBoolean() && !scheduler.closed) {
                scheduler.changed.awaitUninterruptibly();
            }
            victim.claimed = false;
            boolean goes = wanted.getAsBoolean() && !scheduler.closed;
            mine = victim.idle() && (goes ? scheduler.remove(victim) : scheduler.settle(victim));
        } finally {
            scheduler.lock.unlock();
        }
        if (mine) {
            scheduler.dispose(victim, victim.key.equals(pending.key) ? "reloaded" : "evicted");
        }
    }

    /** Unloads all models, each once it is idle; tells whether there was any. */
    boolean evictAll(Pending pending, BooleanSupplier wanted) {
        boolean any = false;
        for (Optional<Resident> next = anyone(); next.isPresent() && stillWanted(wanted); next = anyone()) {
            evict(next.get(), pending, wanted);
            any = true;
        }
        return any;
    }

    private boolean stillWanted(BooleanSupplier wanted) {
        scheduler.lock.lock();
        try {
            return wanted.getAsBoolean() && !scheduler.closed;
        } finally {
            scheduler.lock.unlock();
        }
    }

    private Optional<Resident> anyone() {
        scheduler.lock.lock();
        try {
            return victim();
        } finally {
            scheduler.lock.unlock();
        }
    }

    /** The first idle model in the order of life span, or the first of all if none is idle; the lock is held. */
    private Optional<Resident> victim() {
        List<Resident> order = scheduler.residents.values().stream()
                .sorted(Comparator.<Resident, Boolean>comparing(Resident::stays)
                        .thenComparing(r -> r.keepAlive).thenComparing(r -> r.key)).toList();
        return order.stream().filter(Resident::idle).findFirst().or(() -> order.stream().findFirst());
    }
}
