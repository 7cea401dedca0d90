package dev.runtime.kernel.store;

import dev.runtime.api.model.Capability;
import java.util.Set;

/** Which of a model's two templates is used: that of the store or that of the weight file. */
public final class TemplateChoice {
    private TemplateChoice() {}

    /** Tells whether the weight file's own template goes before the store's: it can do all that the other can, and more. */
    public static boolean prefersOwn(Set<Capability> stored, Set<Capability> own) {
        return own.containsAll(stored) && own.size() > stored.size();
    }
}
