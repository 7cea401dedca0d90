package dev.runtime.api.model;

import dev.runtime.api.Stable;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.Graph;

/** The image encoder of a model: what it computes, its weights, and how an image becomes its input. Safe for use by many threads. */
@Stable
public interface ImageEncoder extends WeightSource {
    /**
     * Returns the graph of one image: tokens are patches, and the result {@link Graph#EMBEDDING} has one row a row of embeddings, in the
     * order of {@link ImageInput#order}.
     */
    Graph graph();

    /** (optional) Returns the rows of the largest image whose embeddings see each other; 0, the default, if those of no image do. */
    default int whole() {
        return 0;
    }

    /** Scales an image to a size that the encoder takes, and cuts it into patches. */
    ImageInput input(Pixels image);
}
