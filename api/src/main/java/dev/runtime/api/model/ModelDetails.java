package dev.runtime.api.model;

import dev.runtime.api.Stable;
import dev.runtime.api.inference.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything known about one model.
 *
 * @param info the list entry
 * @param weights the file or folder of the weights; an empty path if the model runs elsewhere and has none here
 * @param parts what it has beside them
 * @param metadata the weight file's metadata
 * @param tensors the weight file's directory
 * @param template the chat template in use; empty if none
 * @param system the default system prompt; empty if none
 * @param licenses licence texts
 * @param parameters default options; values are {@code String}, {@code Long}, {@code Double}, {@code Boolean} or a list of strings
 * @param messages messages that start every conversation
 */
@Stable
public record ModelDetails(
        ModelInfo info,
        Path weights,
        ModelParts parts,
        Metadata metadata,
        List<TensorInfo> tensors,
        String template,
        String system,
        List<String> licenses,
        Map<String, Object> parameters,
        List<Message> messages) {
    /** Copies the lists. */
    public ModelDetails {
        tensors = List.copyOf(tensors);
        licenses = List.copyOf(licenses);
        messages = List.copyOf(messages);
    }
}
