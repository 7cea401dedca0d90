package dev.runtime.api.testkit;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.ModelLibrary;
import dev.runtime.api.model.Models;
import dev.runtime.api.source.TransferEvent;
import dev.runtime.api.source.TransferEvent.Stage;
import dev.runtime.api.source.Transfers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A store that can be asked to change and does not, and a registry with the same models: transfers move one part of 1000 bytes. The model
 * {@code broken} fails after half of it.
 */
public record FakeLibrary(Models models) implements ModelLibrary, Transfers {
    /** The only blob that is there. */
    public static final String BLOB = "sha256:" + "ab".repeat(32);

    @Override
    public boolean hasBlob(String digest) {
        if (!digest.matches("sha256[:-][0-9a-fA-F]{64}")) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "\"" + digest + "\" is no digest");
        }
        return digest.replace('-', ':').equals(BLOB);
    }

    @Override
    public String addBlob(InputStream in, Optional<String> expected) {
        try {
            if (new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).equals("wrong")) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "digest mismatch, expected \"" + expected.orElse("") + "\", got \"" + BLOB + "\"");
            }
            return expected.orElse(BLOB);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void copy(String source, String destination) {
        models.details(source);
    }

    @Override
    public void delete(String reference) {
        models.details(reference);
    }

    @Override
    public void tidy() {
        // nothing is stored
    }

    @Override
    public void pull(String reference, boolean insecure, Cancellation cancellation, Consumer<TransferEvent> events) {
        transfer(reference, insecure, events, Stage.VERIFYING, Stage.WRITING_MANIFEST, Stage.REMOVING_UNUSED, Stage.DONE);
    }

    @Override
    public void push(String reference, boolean insecure, Cancellation cancellation, Consumer<TransferEvent> events) {
        transfer(reference, insecure, events, Stage.WRITING_MANIFEST, Stage.DONE);
    }

    private void transfer(String reference, boolean insecure, Consumer<TransferEvent> events, Stage... last) {
        events.accept(new TransferEvent.Reached(Stage.READING_MANIFEST));
        if (reference.startsWith("http://") && !insecure) {
            throw new RuntimeFailure(ErrorCode.FORBIDDEN, "insecure protocol http");
        }
        if (!reference.contains("broken")) {
            models.details(reference.replaceFirst("^http://", ""));
        }
        events.accept(new TransferEvent.Moved(BLOB, 1000, 0));
        if (reference.contains("broken")) {
            throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, "max retries exceeded: no route");
        }
        events.accept(new TransferEvent.Moved(BLOB, 1000, 1000));
        for (Stage stage : last) {
            events.accept(new TransferEvent.Reached(stage));
        }
    }
}
