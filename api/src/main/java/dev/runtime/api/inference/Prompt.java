package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What a generation starts from. */
@Stable
public sealed interface Prompt {
    /**
     * A conversation, rendered by the model's template.
     *
     * @param messages in order; the model's own messages and system prompt are put before as the model says
     * @param tools tools that the model may call
     */
    record Chat(List<Message> messages, List<ToolDefinition> tools) implements Prompt {
        /** Copies. */
        public Chat {
            messages = List.copyOf(messages);
            tools = List.copyOf(tools);
        }
    }

    /**
     * One text, rendered by the model's template as a user's turn.
     *
     * @param text the text
     * @param suffix text after the gap to fill; empty if none
     * @param system a system prompt instead of the model's
     * @param template a template instead of the model's
     * @param images images that come with it
     * @param context tokens of an earlier turn that come before
     */
    record Text(String text, String suffix, Optional<String> system, Optional<String> template, List<byte[]> images, int[] context)
            implements Prompt {
        /** Checks and copies. */
        public Text {
            Objects.requireNonNull(text, "text");
            Objects.requireNonNull(suffix, "suffix");
            images = List.copyOf(images);
            context = context.clone();
        }
    }

    /** A text that is taken as it is; control tokens in it are recognised. */
    record Raw(String text, List<byte[]> images) implements Prompt {
        /** Copies. */
        public Raw {
            images = List.copyOf(images);
        }
    }

    /** Tokens that are taken as they are. */
    record Tokens(int[] ids) implements Prompt {
        /** Copies. */
        public Tokens {
            ids = ids.clone();
        }
    }
}
