package dev.runtime.plugin.templates.jinja;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.text.ChatTemplate;
import dev.runtime.api.text.TemplateEngine;
import java.util.regex.Pattern;

/** Compiles Jinja templates, the language of chat templates in GGUF files and on Hugging Face. */
public final class JinjaEngine implements TemplateEngine {
    /** Longest source, in characters; the longest published templates have some 20,000. */
    static final int MAX_SOURCE = 1 << 20;

    /** How an action of a Go template begins, which no Jinja expression does. */
    private static final Pattern GO_ACTION =
            Pattern.compile("\\{\\{-?\\s*(?:[.$]|/\\*|(?:if|range|with|block|define|template|end|else|break|continue)\\b)");

    /** Creates the engine. */
    public JinjaEngine() {}

    @Override
    public String name() {
        return "jinja";
    }

    /** Tells whether a source has Jinja's blocks, or at least no action that only a Go template has. */
    @Override
    public boolean accepts(String source) {
        return source.contains("{%") || !GO_ACTION.matcher(source).find();
    }

    @Override
    public ChatTemplate compile(String source) {
        return JinjaTemplate.compile(source);
    }

    /** Turns an error into a failure that names its place. */
    static RuntimeFailure failure(TemplateError error, String normalized, int at) {
        String place = place(normalized, at);
        String message =
                switch (error.kind()) {
                    case SYNTAX -> "The chat template is not valid Jinja at " + place + ": " + error.getMessage();
                    case TYPE -> "The chat template failed at " + place + ": " + error.getMessage();
                    case RAISED ->
                        "The chat template does not take this conversation: " + error.getMessage() + " (raised at " + place + ")";
                    case DENIED -> "The chat template was stopped at " + place + ": " + error.getMessage();
                };
        return new RuntimeFailure(ErrorCode.TEMPLATE_INVALID, message, error);
    }

    private static String place(String source, int at) {
        int end = Math.clamp(at, 0, source.length());
        int line = 1 + (int) source.chars().limit(end).filter(c -> c == '\n').count();
        return "line " + line + ", column " + (end - source.lastIndexOf('\n', end - 1));
    }
}
