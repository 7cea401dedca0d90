package dev.runtime.kernel.schedule;

import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.LoadedModel;
import dev.runtime.kernel.engine.EngineOptions;
import dev.runtime.kernel.store.StoredModel;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A loaded model with its users and its remaining life. Everything is guarded by the scheduler's lock. */
final class Resident {
    /** The smallest context that is ever chosen where nobody says. */
    static final int AUTOMATIC_CONTEXT = 4096;

    private static final Duration FOREVER = Duration.ofSeconds(-1);

    final String key;
    final StoredModel model;
    final EngineOptions options;
    final Runner runner;
    Duration keepAlive;
    int users;
    /** Failed: it goes when idle, and nobody new may use it. */
    boolean leaving;
    /** Chosen to make room: it goes when idle, and nobody new may use it, or the request that needs the room would starve. */
    boolean claimed;
    /** Asked to unload: it goes when idle unless a request says otherwise. */
    boolean stopping;
    /** Raised by each use, so that an alarm that rang too late is known by its number. */
    int uses;
    private Instant idleUntil;
    private Timers.Timer timer = () -> {};

    Resident(String key, StoredModel model, EngineOptions options, Runner runner, Duration keepAlive) {
        this.key = key;
        this.model = model;
        this.options = options;
        this.runner = runner;
        this.keepAlive = keepAlive;
        this.idleUntil = Instant.MAX;
    }

    /** Two names of the same weights share a model in memory. */
    static String key(StoredModel model) {
        return model.weights().toString();
    }

    boolean idle() {
        return users == 0;
    }

    boolean stays() {
        return keepAlive.isNegative();
    }

    void keep(KeepAlive wanted) {
        switch (wanted) {
            case KeepAlive.Unchanged() -> {}
            case KeepAlive.For(Duration duration) -> stay(duration);
            case KeepAlive.Forever() -> stay(FOREVER);
        }
    }

    private void stay(Duration duration) {
        keepAlive = duration;
        stopping = false;
    }

    void alarm(Instant until, Timers.Timer alarm) {
        idleUntil = until;
        timer = alarm;
    }

    void silence() {
        timer.cancel();
        timer = () -> {};
    }

    /** Tells whether a request can use this without loading again. */
    boolean serves(StoredModel wanted, EngineOptions with) {
        return !leaving && !claimed && runner.open()
                && current(wanted)
                && wanted.adapters().equals(model.adapters())
                && wanted.draft().equals(model.draft())
                && wanted.projectors().equals(model.projectors())
                && with.batch() == options.batch()
                && with.threads() == options.threads()
                && with.parallel() == options.parallel()
                // who does not care where it runs takes it where it is
                && (with.device().isEmpty() || with.device().equals(options.device()) || with.device().equals(Optional.of(runner.deviceId())))
                && with.kvType() == options.kvType()
                && Math.min(with.gpuLayers(), layers()) == Math.min(options.gpuLayers(), layers())
                && holds(with.contextLength());
    }

    /** More layers than a model has are all of them. */
    private int layers() {
        return Math.max(1, runner.shape().layers());
    }

    /** Under the same name, another digest means that the stored model changed; other names of the same weights have digests of their own. */
    private boolean current(StoredModel wanted) {
        return !wanted.info().name().equals(model.info().name()) || wanted.info().digest().equals(model.info().digest());
    }

    /**
     * A longer context than asked for serves as well: the request keeps to its own limit. The model's training length bounds what
     * can be asked for; where a request does not say, the least that would have been chosen must be there.
     */
    private boolean holds(int context) {
        if (context == 0 && options.contextLength() == 0) {
            return true;
        }
        int trained = runner.shape().contextLength();
        int wanted = context == 0 ? AUTOMATIC_CONTEXT : context;
        return (trained > 0 ? Math.min(wanted, trained) : wanted) <= runner.contextLength();
    }

    LoadedModel snapshot(Instant now, int active) {
        return new LoadedModel(model.info(), runner.bytes(), runner.deviceBytes(), runner.deviceId(), runner.contextLength(),
                expires(now), active);
    }

    private Instant expires(Instant now) {
        if (leaving || claimed || stopping) {
            return now;
        }
        return stays() ? Instant.MAX : idle() ? idleUntil : until(now, keepAlive);
    }

    static Instant until(Instant now, Duration life) {
        // beyond a thousand years is for ever; adding it would overflow
        return life.toDays() > 365_000 ? Instant.MAX : now.plus(life);
    }
}
