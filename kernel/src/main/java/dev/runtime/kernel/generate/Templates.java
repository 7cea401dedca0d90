package dev.runtime.kernel.generate;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.plugin.Services;
import dev.runtime.api.text.ChatTemplate;
import dev.runtime.api.text.TemplateEngine;
import dev.runtime.kernel.store.TemplateChoice;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Chooses and compiles chat templates; keeps the compiled ones while their engines live. Safe for use by many threads. */
final class Templates implements AutoCloseable {
    private static final String METADATA_KEY = "tokenizer.chat_template";
    private static final int KEPT = 32;

    private final Services services;
    private final Services.Watch watch;
    private final Map<String, ChatTemplate> compiled = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ChatTemplate> eldest) {
            return size() > KEPT;
        }
    };

    Templates(Services services) {
        this.services = services;
        this.watch = services.watch(TemplateEngine.class, new Services.Watcher<>() {
            @Override
            public void added(TemplateEngine engine) {
                forget();
            }

            @Override
            public void removed(TemplateEngine engine) {
                forget();
            }
        });
    }

    /**
     * Compiles a template that a request brought.
     *
     * @throws RuntimeFailure with {@code template.invalid}
     */
    ChatTemplate given(String source) {
        return compile(source).orElseThrow(() -> new RuntimeFailure(ErrorCode.TEMPLATE_INVALID,
                "no template engine for this template's language is installed"));
    }

    /** Finds a model's template: the store's, unless the weight file's offers more; nothing if there is none. */
    Optional<ChatTemplate> of(Optional<String> stored, Metadata metadata, Notes notes) {
        Optional<ChatTemplate> first = stored.filter(s -> !s.isBlank()).flatMap(this::compile);
        Optional<ChatTemplate> second = metadata.string(METADATA_KEY).filter(s -> !s.isBlank()).flatMap(this::compile);
        if (first.isEmpty() && stored.filter(s -> !s.isBlank()).isPresent()) {
            notes.add("no template engine for the stored template's language is installed; "
                    + (second.isPresent() ? "the template of the weight file was used" : "messages were joined as plain text"));
        }
        if (first.isPresent() && second.isPresent()) {
            return TemplateChoice.prefersOwn(first.get().capabilities(), second.get().capabilities()) ? second : first;
        }
        return first.or(() -> second);
    }

    @Override
    public void close() {
        watch.close();
        forget();
    }

    private Optional<ChatTemplate> compile(String source) {
        synchronized (compiled) {
            ChatTemplate known = compiled.get(source);
            if (known != null) {
                return Optional.of(known);
            }
        }
        for (TemplateEngine engine : services.all(TemplateEngine.class)) {
            if (engine.accepts(source)) {
                ChatTemplate template = engine.compile(source);
                keep(source, template, engine);
                return Optional.of(template);
            }
        }
        return Optional.empty();
    }

    /** Does not keep what an engine made that was removed meanwhile: its plug-in could never be unloaded. */
    private void keep(String source, ChatTemplate template, TemplateEngine engine) {
        synchronized (compiled) {
            if (services.all(TemplateEngine.class).contains(engine)) {
                compiled.put(source, template);
            }
        }
    }

    private void forget() {
        synchronized (compiled) {
            compiled.clear();
        }
    }
}
