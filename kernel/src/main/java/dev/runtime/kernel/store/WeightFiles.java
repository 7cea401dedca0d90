package dev.runtime.kernel.store;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelFormat;
import dev.runtime.api.plugin.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/** Opens weight files by whichever installed format takes them, and remembers the summaries of the last used ones. */
final class WeightFiles implements AutoCloseable {
    private final Recent<Stamp, Outcome> known = new Recent<>(1024);
    private final Services services;
    private final Services.Watch watch;

    WeightFiles(Services services) {
        this.services = services;
        this.watch = services.watch(ModelFormat.class, new Forgetter<>(known));
    }

    /** The identity of a file's content, as far as it can be told without reading it. */
    private record Stamp(Path path, long size, FileTime modified, Optional<Object> key) {}

    /** A summary, or why there is none. */
    private sealed interface Outcome {
        record Read(WeightSummary summary) implements Outcome {}

        record Failed(RuntimeFailure failure) implements Outcome {}
    }

    /** Tells whether a format takes the file. */
    boolean accepted(Path path) {
        try {
            return format(path).isPresent();
        } catch (IOException _) {
            return false;
        }
    }

    /**
     * Opens a weight file.
     *
     * @param shown what the caller calls it, for messages
     * @return closed by the caller
     * @throws RuntimeFailure with {@code model.file_invalid} and what is wrong; {@code store.failed} if reading fails
     */
    ModelFile open(Path path, String shown) {
        try {
            ModelFormat format = format(path).orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID,
                    "no installed format reads the weights of " + shown + "; the file is damaged, or a plug-in for its format is missing"));
            return format.open(path);
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.STORE_FAILED,
                    "cannot read the weights of " + shown + " (" + e.getClass().getSimpleName() + "); check that the file is readable", e);
        }
    }

    /**
     * Returns the summary of a weight file, read anew only if the file changed.
     *
     * @throws RuntimeFailure as {@link #open}
     */
    WeightSummary summary(Path path, String shown) {
        Stamp stamp;
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            stamp = new Stamp(path, attributes.size(), attributes.lastModifiedTime(), Optional.ofNullable(attributes.fileKey()));
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.STORE_FAILED,
                    "cannot read the weights of " + shown + " (" + e.getClass().getSimpleName() + ")", e);
        }
        return switch (known.get(stamp, _ -> read(path, shown))) {
            case Outcome.Read(WeightSummary summary) -> summary;
            case Outcome.Failed(RuntimeFailure failure) -> throw new RuntimeFailure(failure.code(), failure.getMessage(), failure);
        };
    }

    private Outcome read(Path path, String shown) {
        try (ModelFile file = open(path, shown)) {
            return new Outcome.Read(WeightSummary.of(file));
        } catch (RuntimeFailure e) {
            if (e.code() == ErrorCode.STORE_FAILED) {
                throw e; // may work the next time
            }
            return new Outcome.Failed(e);
        } catch (ArithmeticException e) {
            return new Outcome.Failed(new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID,
                    "the weights of " + shown + " have more than 2^63 elements; the file is damaged", e));
        }
    }

    private Optional<ModelFormat> format(Path path) throws IOException {
        for (ModelFormat format : services.all(ModelFormat.class)) {
            if (format.accepts(path)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        watch.close();
    }
}
