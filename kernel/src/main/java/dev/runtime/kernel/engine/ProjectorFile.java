package dev.runtime.kernel.engine;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Node;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RowOp;
import dev.runtime.api.model.ImageArchitecture;
import dev.runtime.api.model.ImageEncoder;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.plugin.Services;
import dev.runtime.kernel.store.StoredModel;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the image encoder that is stored beside a model's weights. */
record ProjectorFile(StoredModel model, Services services, Resources resources) {
    private static final System.Logger LOG = System.getLogger(ProjectorFile.class.getName());

    /**
     * Returns the first encoder that is known; an unknown one costs the model its eyes, not its voice.
     *
     * @throws RuntimeFailure with {@code model.file_invalid} or {@code model.load_failed}
     */
    Optional<ImageEncoder> encoder() {
        for (Path path : model.projectors()) {
            ModelFile file = resources.add(WeightFile.open(model.info().name(), path, services)).file();
            try {
                for (ImageArchitecture candidate : services.all(ImageArchitecture.class)) {
                    if (candidate.accepts(file.metadata())) {
                        ImageEncoder encoder = candidate.encoder(file);
                        encoder.graph();
                        return Optional.of(encoder);
                    }
                }
                LOG.log(Level.WARNING, model.info().name() + " does not see images: no plug-in knows its image encoder");
            } catch (RuntimeFailure e) {
                if (e.code() != ErrorCode.MODEL_UNSUPPORTED) {
                    throw e;
                }
                LOG.log(Level.WARNING, model.info().name() + " does not see images: " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    /** Returns the elements that a graph takes of a row that comes instead of a token's embedding. */
    static int rowWidth(Graph graph) {
        int width = 0;
        for (Node node : graph.nodes()) {
            width = Math.max(width, switch (node.op()) {
                case Op.Embed o -> o.index() == Op.Index.TOKEN ? o.table().in() : 0;
                case RowOp.Input o -> Math.addExact(o.start(), o.width());
                case Op other -> 0;
            });
        }
        return width;
    }
}
