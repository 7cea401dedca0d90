package dev.runtime.kernel.store;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.ModelInfo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Copies a model that lies outside the store into it. */
final class InPlaceImport {
    private static final JsonFactory JSON = new JsonFactory();

    private InPlaceImport() {}

    /** Stores the parts of a model, and returns a manifest that names them. */
    static byte[] manifest(StoredModel model, StoreChange change) {
        if (Files.isDirectory(model.weights())) {
            throw new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED, model.info().name()
                    + " is a folder of another program, not a weight file; create a model from it instead of copying it");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            byte[] config = config(model.info());
            String configDigest = change.addBlob(new ByteArrayInputStream(config), Optional.empty());
            json.writeStartObject();
            json.writeNumberProperty("schemaVersion", 2);
            json.writeStringProperty("mediaType", StoreNames.text("manifest.type"));
            json.writeName("config");
            part(json, StoreNames.text("config.type"), configDigest, config.length);
            json.writeName("layers");
            json.writeStartArray();
            file(json, LayerKind.MODEL, model.weights(), change);
            for (Path projector : model.projectors()) {
                file(json, LayerKind.PROJECTOR, projector, change);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.STORE_FAILED, "cannot copy " + model.info().name() + " into the model store ("
                    + e.getClass().getSimpleName() + ")", e);
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private static void file(JsonGenerator json, LayerKind kind, Path file, StoreChange change) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            String digest = change.addBlob(in, Optional.empty());
            part(json, kind.mediaType(), digest, Files.size(file));
        }
    }

    private static void part(JsonGenerator json, String type, String digest, long size) {
        json.writeStartObject();
        json.writeStringProperty("mediaType", type);
        json.writeStringProperty("digest", digest);
        json.writeNumberProperty("size", size);
        json.writeEndObject();
    }

    private static byte[] config(ModelInfo info) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("model_format", info.format());
            json.writeStringProperty("model_family", info.family());
            json.writeName("model_families");
            json.writeStartArray();
            info.families().forEach(json::writeString);
            json.writeEndArray();
            json.writeStringProperty("model_type", info.parameterSize());
            json.writeStringProperty("file_type", info.quantization());
            // readers of the layout expect these two, whatever the machine
            json.writeStringProperty("architecture", "amd64");
            json.writeStringProperty("os", "linux");
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }
}
