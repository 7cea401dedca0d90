package dev.runtime.kernel.constrain;

import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.ToolChoice;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.text.ReplyForm;
import java.util.List;
import java.util.Set;

/**
 * What a request demands of its reply.
 *
 * @param format the form of the answer
 * @param tools tools that may be called
 * @param choice whether one must be
 * @param thinking whether the model may think first
 * @param form how the model's family writes replies
 * @param markers control tokens that the family writes
 */
public record ReplyDemand(
        OutputFormat format, List<ToolDefinition> tools, ToolChoice choice, boolean thinking, ReplyForm form, Set<String> markers) {
    /** Copies. */
    public ReplyDemand {
        tools = List.copyOf(tools);
        markers = Set.copyOf(markers);
    }

    /** Tells whether a call must be written in a family that has no form for calls. */
    public boolean plainCall() {
        return choice.required() && !tools.isEmpty() && form.calls().isEmpty();
    }

    /** Tells whether anything is demanded. */
    boolean any() {
        return !(format instanceof OutputFormat.Free) || !tools.isEmpty() && (choice.required() || !choice.parallel());
    }
}
