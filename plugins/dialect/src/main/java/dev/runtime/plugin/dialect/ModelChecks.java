package dev.runtime.plugin.dialect;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.model.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Checks that a model can do what is asked, in the words that clients know. */
public final class ModelChecks {
    private ModelChecks() {}

    /**
     * Returns how to think: a model that can does so unless told otherwise.
     *
     * @throws RuntimeFailure with {@code request.unsupported} if thoughts are wanted of a model that has none
     */
    public static Thinking thinking(ModelLookup.Found model, Optional<Thinking> asked) {
        boolean able = model.info().capabilities().contains(Capability.THINKING);
        if (!able && asked.isPresent() && asked.get().requested()) {
            throw unsupported("\"" + model.reference().given() + "\" does not support thinking");
        }
        return able ? asked.orElse(Thinking.ON) : Thinking.DEFAULT;
    }

    /** Checks that a model completes text. */
    public static void completes(ModelLookup.Found model, String doing) {
        if (!model.info().capabilities().contains(Capability.COMPLETION)) {
            throw unsupported("\"" + model.reference().given() + "\" does not support " + doing);
        }
    }

    /** Checks for further capabilities; all that are missing are named. */
    public static void has(ModelLookup.Found model, List<Capability> needed) {
        List<String> missing = new ArrayList<>();
        for (Capability each : needed) {
            if (!model.info().capabilities().contains(each)) {
                missing.add(model.reference().name() + " does not support " + each.name().toLowerCase(Locale.ROOT));
            }
        }
        if (!missing.isEmpty()) {
            throw unsupported(String.join("\n", missing));
        }
    }

    /** Refuses models that make images. */
    public static void noImageModel(ModelLookup.Found model) {
        if (model.info().capabilities().contains(Capability.IMAGE)) {
            throw unsupported("image generation models are not currently supported");
        }
    }

    private static RuntimeFailure unsupported(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED, message);
    }
}
