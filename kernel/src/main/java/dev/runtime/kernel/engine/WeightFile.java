package dev.runtime.kernel.engine;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Architecture;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.ModelFormat;
import dev.runtime.api.plugin.Services;
import dev.runtime.api.text.TokenizerFactory;
import dev.runtime.kernel.store.StoredModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/**
 * An open weight file with who opened it.
 *
 * @param name the model's name, for messages
 */
record WeightFile(String name, ModelFormat format, ModelFile file) implements AutoCloseable {
    private static final String ARCHITECTURE = "general.architecture";

    /**
     * Opens with the first format that accepts the file.
     *
     * @throws RuntimeFailure with {@code model.file_invalid} or {@code model.load_failed}
     */
    static WeightFile open(StoredModel model, Services services) {
        return open(model.info().name(), model.weights(), services);
    }

    /**
     * Opens a file that belongs to a model.
     *
     * @throws RuntimeFailure as for its weights
     */
    static WeightFile open(String name, Path path, Services services) {
        try {
            ModelFormat format = format(name, path, services.all(ModelFormat.class));
            return new WeightFile(name, format, format.open(path));
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.MODEL_LOAD_FAILED, "the weights of " + name + " cannot be read: " + e.getMessage()
                    + "; check that the file is there and readable", e);
        }
    }

    private static ModelFormat format(String name, Path weights, List<ModelFormat> formats) throws IOException {
        for (ModelFormat candidate : formats) {
            if (candidate.accepts(weights)) {
                return candidate;
            }
        }
        throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "the weights of " + name + " are in none of the known formats "
                + formats.stream().map(ModelFormat::name).toList() + "; pull or convert the model again");
    }

    /**
     * Returns the builder of the file's architecture.
     *
     * @throws RuntimeFailure with {@code model.unsupported} if there is none
     */
    Architecture architecture(Services services) {
        String wanted = file.metadata().requireString(ARCHITECTURE);
        TreeSet<String> known = new TreeSet<>();
        for (Architecture candidate : services.all(Architecture.class)) {
            if (candidate.names().contains(wanted)) {
                return candidate;
            }
            known.addAll(candidate.names());
        }
        throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, name + " has the architecture '" + wanted + "' (" + ARCHITECTURE + "), known are " + known
                + "; install a plug-in for it or choose another model");
    }

    /**
     * Returns who makes the file's tokenizer.
     *
     * @throws RuntimeFailure with {@code model.unsupported} if nobody does
     */
    TokenizerFactory tokenizers(Services services) {
        for (TokenizerFactory candidate : services.all(TokenizerFactory.class)) {
            if (candidate.accepts(file.metadata())) {
                return candidate;
            }
        }
        throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, "none of the tokenizer plug-ins knows the vocabulary of " + name
                + "; install one that does or choose another model");
    }

    @Override
    public void close() {
        file.close();
    }
}
