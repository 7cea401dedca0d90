package dev.runtime.kernel.transfer;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.plugin.Services;
import dev.runtime.api.source.ModelAddress;
import dev.runtime.api.source.ModelSource;
import dev.runtime.api.source.ModelSource.Blob;
import dev.runtime.api.source.ModelSource.Repository;
import dev.runtime.api.source.TransferEvent;
import dev.runtime.api.source.TransferEvent.Stage;
import dev.runtime.api.source.Transfers;
import dev.runtime.kernel.store.Manifest;
import dev.runtime.kernel.store.ModelName;
import dev.runtime.kernel.store.StoreChange;
import dev.runtime.kernel.store.StoreWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Pulls and pushes models by whichever installed source takes their names. */
public final class TransferService implements Transfers, AutoCloseable {
    /** More than any model has; a manifest that names more is an attack on time. */
    private static final int MOST_PARTS = 10_000;
    private static final long REPORT_NANOS = 60_000_000;

    private final StoreWriter store;
    private final Services services;
    private final Downloads downloads;
    private final Retry retry;

    /** Creates the service of a store. */
    public TransferService(StoreWriter store, Services services) {
        this(store, services, Retry.PATIENT);
    }

    TransferService(StoreWriter store, Services services, Retry retry) {
        this.store = store;
        this.services = services;
        this.retry = retry;
        this.downloads = new Downloads(store, retry);
    }

    @Override
    public void pull(String reference, boolean insecure, Cancellation cancellation, Consumer<TransferEvent> events) {
        ModelName name = ModelName.of(reference);
        ModelAddress address = address(reference, name);
        ModelSource source = source(address);
        events.accept(new TransferEvent.Reached(Stage.READING_MANIFEST));
        Repository repository = source.open(address, insecure);
        byte[] json = direct(address, () -> repository.manifest(cancellation), cancellation);
        List<Blob> blobs = blobs(manifest(name, json));
        StoreChange.Stored stored;
        try (StoreChange change = store.begin()) {
            for (Blob blob : blobs) {
                if (change.keep(blob.digest(), blob.size())) {
                    events.accept(new TransferEvent.Moved(blob.digest(), blob.size(), blob.size()));
                } else {
                    downloads.bring(repository, blob, cancellation,
                            completed -> events.accept(new TransferEvent.Moved(blob.digest(), blob.size(), completed)));
                }
            }
            events.accept(new TransferEvent.Reached(Stage.VERIFYING));
            cancellation.check();
            events.accept(new TransferEvent.Reached(Stage.WRITING_MANIFEST));
            stored = change.putManifest(name, json);
        }
        if (store.removeReplaced(stored)) {
            events.accept(new TransferEvent.Reached(Stage.REMOVING_UNUSED));
        }
        events.accept(new TransferEvent.Reached(Stage.DONE));
    }

    @Override
    public void push(String reference, boolean insecure, Cancellation cancellation, Consumer<TransferEvent> events) {
        events.accept(new TransferEvent.Reached(Stage.READING_MANIFEST));
        ModelName name = ModelName.of(reference);
        ModelAddress address = address(reference, name);
        ModelSource source = source(address);
        byte[] json = store.manifest(name).orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND,
                "model \"" + name.display() + "\" is not in the store; copy or create it under this name first"));
        List<Blob> blobs = blobs(Manifest.parse(name, json, Instant.EPOCH));
        Repository repository = source.open(address, insecure);
        try (StoreChange change = store.begin()) {
            for (Blob blob : blobs) {
                if (!change.keep(blob.digest(), blob.size())) {
                    throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, name.display() + " is damaged: its part " + blob.digest()
                            + " is not in the store in full length; pull or create the model again");
                }
                push(address, repository, blob, cancellation, events);
            }
            events.accept(new TransferEvent.Reached(Stage.WRITING_MANIFEST));
            direct(address, () -> {
                repository.putManifest(json, cancellation);
                return true;
            }, cancellation);
        }
        events.accept(new TransferEvent.Reached(Stage.DONE));
    }

    private void push(
            ModelAddress address, Repository repository, Blob blob, Cancellation cancellation, Consumer<TransferEvent> events) {
        Path content = store.blob(blob.digest()).orElseThrow();
        boolean there = direct(address, () -> repository.holds(blob, cancellation), cancellation);
        if (!there) {
            events.accept(new TransferEvent.Moved(blob.digest(), blob.size(), 0));
            long[] reported = {System.nanoTime(), 0};
            retry.run(() -> {
                repository.write(blob, content, sent -> {
                    reported[1] = Math.max(reported[1], sent);
                    if (sent < blob.size() && System.nanoTime() - reported[0] >= REPORT_NANOS) {
                        reported[0] = System.nanoTime();
                        events.accept(new TransferEvent.Moved(blob.digest(), blob.size(), sent));
                    }
                }, cancellation);
                return true;
            }, () -> reported[1], cancellation);
        }
        events.accept(new TransferEvent.Moved(blob.digest(), blob.size(), blob.size()));
    }

    /** Asks for something short: a place that is not there now is said at once, not after a minute of tries. */
    private static <T> T direct(ModelAddress address, Retry.Attempt<T> attempt, Cancellation cancellation) {
        try {
            return attempt.run();
        } catch (IOException e) {
            cancellation.check();
            throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, "cannot talk to " + address.host() + ": " + Retry.reason(e)
                    + "; check its name and the network", e);
        }
    }

    /** Ends running downloads; what they brought stays for the next time. */
    @Override
    public void close() {
        downloads.stop();
    }

    /** Returns the place that a name means, with the scheme that was written before it. */
    private static ModelAddress address(String reference, ModelName name) {
        int scheme = reference.indexOf("://");
        return new ModelAddress(scheme > 0 ? reference.substring(0, scheme).strip().toLowerCase(Locale.ROOT) : "",
                name.host(), name.namespace(), name.model(), name.tag());
    }

    private ModelSource source(ModelAddress address) {
        return services.all(ModelSource.class).stream().filter(source -> source.accepts(address)).findFirst()
                .orElseThrow(() -> new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED,
                        "no installed plug-in transfers models from or to " + address.host()));
    }

    private static Manifest manifest(ModelName name, byte[] json) {
        try {
            return Manifest.parse(name, json, Instant.EPOCH);
        } catch (RuntimeFailure e) {
            throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, name.host() + " gave no manifest of a model: " + e.getMessage(), e);
        }
    }

    /** Returns the parts of a manifest, each once. */
    private static List<Blob> blobs(Manifest manifest) {
        List<Manifest.Layer> parts = manifest.parts();
        if (parts.size() > MOST_PARTS) {
            throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, "the manifest of " + manifest.name().display() + " names " + parts.size()
                    + " parts; at most " + MOST_PARTS + " are taken");
        }
        List<Blob> blobs = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (Manifest.Layer part : parts) {
            if (part.size() < 0) {
                throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, "the manifest of " + manifest.name().display()
                        + " does not say how long its part " + part.digest() + " is");
            }
            String digest = part.usualDigest();
            if (known.add(digest)) {
                Optional<ModelAddress> from = ModelName.parse(part.from()).filter(_ -> !part.from().isEmpty())
                        .map(name -> address(part.from(), name));
                blobs.add(new Blob(digest, part.size(), from));
            }
        }
        return blobs;
    }
}
