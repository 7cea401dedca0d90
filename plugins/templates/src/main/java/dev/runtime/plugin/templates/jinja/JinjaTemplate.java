package dev.runtime.plugin.templates.jinja;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Capability;
import dev.runtime.api.text.ChatPrompt;
import dev.runtime.api.text.ChatTemplate;
import dev.runtime.plugin.templates.jinja.PromptVariables.Style;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A parsed template. */
final class JinjaTemplate implements ChatTemplate {
    private final String source;
    private final String normalized;
    private final List<Statement> statements;
    private final Set<Capability> capabilities;

    private JinjaTemplate(String source, String normalized, List<Statement> statements) {
        this.source = source;
        this.normalized = normalized;
        this.statements = statements;
        this.capabilities = capabilities(Mentions.of(statements));
    }

    static JinjaTemplate compile(String source) {
        if (source.length() > JinjaEngine.MAX_SOURCE) {
            throw new RuntimeFailure(
                    ErrorCode.TEMPLATE_INVALID,
                    "The chat template has " + source.length() + " characters; at most " + JinjaEngine.MAX_SOURCE + " are allowed");
        }
        String normalized = Lexer.normalized(source);
        try {
            return new JinjaTemplate(source, normalized, StatementParser.parse(normalized));
        } catch (TemplateError error) {
            throw JinjaEngine.failure(error, normalized, error.at());
        } catch (StackOverflowError _) {
            // the parser bounds its own depth; long chains inside of deep nesting make a tree that is deeper
            throw JinjaEngine.failure(TemplateError.syntax("expressions nested too deep", 0), normalized, 0);
        }
    }

    private static Set<Capability> capabilities(Mentions mentions) {
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        if (mentions.names().contains("tools")) {
            capabilities.add(Capability.TOOLS);
        }
        boolean thinks =
                mentions.names().contains("enable_thinking")
                        || mentions.names().contains("reasoning_effort")
                        || mentions.members().contains("reasoning_content")
                        || mentions.text("<think>")
                        || mentions.text("</think>")
                        || mentions.text("[THINK]");
        if (thinks) {
            capabilities.add(Capability.THINKING);
        }
        if (mentions.texts().contains("image") || mentions.texts().contains("image_url") || mentions.text("<|image")) {
            capabilities.add(Capability.VISION);
        }
        if (mentions.names().contains("suffix")) {
            capabilities.add(Capability.INSERT);
        }
        return Collections.unmodifiableSet(capabilities);
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    /**
     * Renders a conversation; where the template cannot take it as it is usually given, in the way that some templates want it: with
     * the arguments of calls as text, or without thoughts beside content and calls.
     */
    @Override
    public String render(ChatPrompt prompt) {
        boolean images = capabilities.contains(Capability.VISION);
        boolean calls = prompt.messages().stream().anyMatch(message -> !message.toolCalls().isEmpty());
        try {
            return run(PromptVariables.of(prompt, new Style(images, false, true)), prompt.now());
        } catch (Stopped first) {
            Style other = new Style(images, first.error().kind() == TemplateError.Kind.TYPE, false);
            if (!calls || first.error().kind() == TemplateError.Kind.DENIED) {
                throw JinjaEngine.failure(first.error(), normalized, first.at());
            }
            try {
                return run(PromptVariables.of(prompt, other), prompt.now());
            } catch (Stopped _) {
                throw JinjaEngine.failure(first.error(), normalized, first.at());
            }
        }
    }

    /** Renders with variables as they are; values must be this engine's, see the package. */
    String render(Map<String, Object> variables, Instant now) {
        try {
            return run(variables, now);
        } catch (Stopped stopped) {
            throw JinjaEngine.failure(stopped.error(), normalized, stopped.at());
        }
    }

    private String run(Map<String, Object> variables, Instant now) throws Stopped {
        Rendering rendering = new Rendering(now.atZone(ZoneId.systemDefault()));
        Scope scope = Scope.of(Globals.of(rendering)).inner();
        variables.forEach(scope::set);
        try {
            return new Interpreter(rendering).text(statements, scope);
        } catch (TemplateError error) {
            throw new Stopped(error, rendering.at());
        } catch (StackOverflowError _) {
            // the depth limit is meant to come first; a caller with an unusually small stack gets the same failure
            throw new Stopped(TemplateError.denied("the template nests too deep"), rendering.at());
        }
    }

    /** A rendering that ended with an error. */
    private static final class Stopped extends Exception {
        private static final long serialVersionUID = 1;

        private final TemplateError error;
        private final int at;

        Stopped(TemplateError error, int at) {
            super(error.getMessage(), error, false, false);
            this.error = error;
            this.at = at;
        }

        TemplateError error() {
            return error;
        }

        int at() {
            return at;
        }
    }
}
