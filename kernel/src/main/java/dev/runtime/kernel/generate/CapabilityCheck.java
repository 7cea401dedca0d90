package dev.runtime.kernel.generate;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.model.Capability;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Refuses what a model cannot do, before it is loaded. */
final class CapabilityCheck {
    private static final int MOST_ALTERNATIVES = 20;

    private CapabilityCheck() {}

    /**
     * Checks a request.
     *
     * @param fullName gives the full form of a model's name
     * @throws RuntimeFailure with {@code request.unsupported} or {@code request.invalid}
     */
    static void generate(GenerateRequest request, Set<Capability> can, UnaryOperator<String> fullName) {
        String name = request.model();
        if (request.topLogprobs() < -1 || request.topLogprobs() > MOST_ALTERNATIVES) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "top_logprobs must be between 0 and " + MOST_ALTERNATIVES);
        }
        if (request.thinking().requested() && !can.contains(Capability.THINKING)) {
            throw unsupported("\"" + name + "\" does not support thinking");
        }
        if (!can.contains(Capability.COMPLETION)) {
            throw unsupported("\"" + name + "\" does not support " + (request.prompt() instanceof Prompt.Chat ? "chat" : "generate"));
        }
        switch (request.prompt()) {
            case Prompt.Chat chat -> {
                if (!chat.tools().isEmpty() && !can.contains(Capability.TOOLS)) {
                    throw unsupported(fullName.apply(name) + " does not support tools");
                }
                chat.messages().forEach(m -> images(name, m, can));
            }
            case Prompt.Text text -> {
                if (!text.suffix().isEmpty() && !can.contains(Capability.INSERT)) {
                    throw unsupported(fullName.apply(name) + " does not support insert");
                }
                images(name, text.images(), can);
            }
            case Prompt.Raw raw -> images(name, raw.images(), can);
            case Prompt.Tokens tokens -> {}
        }
    }

    /** Returns whether and how hard a model is to think: one that can does, unless told not to. */
    static Thinking thinking(Thinking wanted, Set<Capability> can) {
        return wanted == Thinking.DEFAULT && can.contains(Capability.THINKING) ? Thinking.ON : wanted;
    }

    private static void images(String name, Message message, Set<Capability> can) {
        images(name, message.images(), can);
    }

    private static void images(String name, List<byte[]> images, Set<Capability> can) {
        if (!images.isEmpty() && !can.contains(Capability.VISION)) {
            throw unsupported("\"" + name + "\" does not support images; send text only or choose a model with vision");
        }
    }

    private static RuntimeFailure unsupported(String text) {
        return new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED, text);
    }
}
