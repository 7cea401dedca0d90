package dev.runtime.kernel.store;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.ModelLibrary;
import java.io.InputStream;
import java.util.Optional;

/** Changes of the store that clients ask for. */
public final class StoreLibrary implements ModelLibrary {
    private final ModelStore models;
    private final StoreWriter writer;

    /** Creates the library of a store. */
    public StoreLibrary(ModelStore models, StoreWriter writer) {
        this.models = models;
        this.writer = writer;
    }

    @Override
    public boolean hasBlob(String digest) {
        return writer.blob(digest).isPresent();
    }

    @Override
    public String addBlob(InputStream in, Optional<String> expected) {
        return writer.addBlob(in, expected);
    }

    @Override
    public void copy(String source, String destination) {
        ModelName from = ModelName.of(source);
        ModelName to = ModelName.of(destination);
        Optional<byte[]> manifest = writer.manifest(from);
        if (manifest.isPresent() && from.same(to)) {
            return;
        }
        StoreChange.Stored stored;
        try (StoreChange change = writer.begin()) {
            stored = change.putManifest(to, manifest.isPresent() ? manifest.get()
                    : InPlaceImport.manifest(models.resolveName(from.full()), change));
        }
        writer.removeReplaced(stored);
    }

    @Override
    public void delete(String reference) {
        ModelName name = ModelName.of(reference);
        if (writer.delete(name)) {
            return;
        }
        if (models.find(name.full()).isPresent()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED, "\"" + name.display()
                    + "\" lies outside the store: it came with the runtime or is another program's; delete its file there");
        }
        throw ModelStore.notFound(reference);
    }

    @Override
    public void tidy() {
        writer.tidy();
    }
}
