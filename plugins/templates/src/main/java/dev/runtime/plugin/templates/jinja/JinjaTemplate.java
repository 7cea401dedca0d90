package dev.runtime.plugin.templates.jinja;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Capability;
import dev.runtime.api.text.ChatPrompt;
import dev.runtime.api.text.ChatTemplate;
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

    @Override
    public String render(ChatPrompt prompt) {
        return render(PromptVariables.of(prompt, capabilities.contains(Capability.VISION)), prompt.now());
    }

    /** Renders with variables as they are; values must be this engine's, see the package. */
    String render(Map<String, Object> variables, Instant now) {
        Rendering rendering = new Rendering(now.atZone(ZoneId.systemDefault()));
        Scope globals = Scope.of(Globals.of(rendering));
        Scope scope = globals.inner();
        variables.forEach(scope::set);
        try {
            return new Interpreter(rendering).text(statements, scope);
        } catch (TemplateError error) {
            throw JinjaEngine.failure(error, normalized, rendering.at());
        } catch (StackOverflowError _) {
            // the depth limit is meant to come first; a caller with an unusually small stack gets the same failure
            throw JinjaEngine.failure(TemplateError.denied("the template nests too deep"), normalized, rendering.at());
        }
    }
}
