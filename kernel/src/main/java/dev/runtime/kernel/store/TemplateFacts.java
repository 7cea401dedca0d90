package dev.runtime.kernel.store;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Capability;
import dev.runtime.api.plugin.Services;
import dev.runtime.api.text.TemplateEngine;
import java.lang.System.Logger.Level;
import java.util.Set;

/** What chat templates have a place for, by the installed template languages; remembers the last used templates. */
final class TemplateFacts implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TemplateFacts.class.getName());

    private final Recent<String, Set<Capability>> known = new Recent<>(128);
    private final Services services;
    private final Services.Watch watch;

    TemplateFacts(Services services) {
        this.services = services;
        this.watch = services.watch(TemplateEngine.class, new Forgetter<>(known));
    }

    /** Returns the capabilities of a template's source; none for an empty one or one that no language compiles. */
    Set<Capability> capabilities(String source) {
        return source.isBlank() ? Set.of() : known.get(source, this::ask);
    }

    /** Returns the template in use of one in the store and one in the weight file, either of which may be empty. */
    String chosen(String stored, String own) {
        return stored.isBlank() || !own.isBlank() && TemplateChoice.prefersOwn(capabilities(stored), capabilities(own)) ? own : stored;
    }

    private Set<Capability> ask(String source) {
        for (TemplateEngine engine : services.all(TemplateEngine.class)) {
            if (engine.accepts(source)) {
                try {
                    return Set.copyOf(engine.compile(source).capabilities());
                } catch (RuntimeFailure e) {
                    LOG.log(Level.DEBUG, "a chat template does not compile: {0}", e.getMessage());
                    return Set.of();
                }
            }
        }
        return Set.of();
    }

    @Override
    public void close() {
        watch.close();
    }
}
