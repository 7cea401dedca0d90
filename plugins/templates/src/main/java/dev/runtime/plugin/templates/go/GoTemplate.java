package dev.runtime.plugin.templates.go;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Role;
import dev.runtime.api.model.Capability;
import dev.runtime.api.text.ChatPrompt;
import dev.runtime.api.text.ChatTemplate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A parsed template. One that mentions messages writes the whole conversation at once; an older one writes a turn of prompt and
 * answer, and is run for each; one that fills a gap is given what comes before and after it.
 */
final class GoTemplate implements ChatTemplate {
    private final String source;
    private final Parser.Parsed parsed;
    private final Set<String> names;

    private GoTemplate(String source, Parser.Parsed parsed, Set<String> names) {
        this.source = source;
        this.parsed = parsed;
        this.names = names;
    }

    static GoTemplate compile(String source) {
        try {
            Parser.Parsed parsed = Parser.parse(source);
            Set<String> names = Identifiers.of(parsed.main(), parsed.defined());
            if (!names.contains("messages") && !names.contains("response")) {
                // the answer comes at the end if the template does not say where
                List<Node> main = new ArrayList<>(parsed.main());
                main.addAll(Parser.parse("{{ .Response }}").main());
                parsed = new Parser.Parsed(main, parsed.defined());
            }
            return new GoTemplate(source, parsed, names);
        } catch (GoError error) {
            throw failure("The template is not valid at", source, error);
        }
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public Set<Capability> capabilities() {
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        if (names.contains("tools")) {
            capabilities.add(Capability.TOOLS);
        }
        if (names.contains("suffix")) {
            capabilities.add(Capability.INSERT);
        }
        if (names.contains("thinking")) {
            capabilities.add(Capability.THINKING);
        }
        return Collections.unmodifiableSet(capabilities);
    }

    @Override
    public String render(ChatPrompt prompt) {
        Execution execution = new Execution(parsed.defined(), new Functions(prompt.now().atZone(ZoneId.systemDefault()).toLocalDate()));
        List<Message> collated = PromptData.collated(prompt.messages());
        try {
            if (!prompt.suffix().isEmpty()) {
                insert(prompt, collated, execution);
            } else if (names.contains("messages")) {
                execution.run(parsed.main(), PromptData.messages(prompt, collated));
            } else {
                turns(prompt, collated, execution);
            }
            return execution.text();
        } catch (GoError error) {
            throw failure("The template failed at", source, error);
        } catch (StackOverflowError _) {
            throw failure("The template failed at", source, new GoError("it nests too deep", 0));
        }
    }

    private void insert(ChatPrompt prompt, List<Message> collated, Execution execution) {
        Map<String, Object> data = PromptData.common(prompt);
        data.put("Prompt", collated.stream().filter(m -> m.role().equals(Role.USER)).map(Message::content).reduce("", (_, last) -> last));
        data.put("Suffix", prompt.suffix());
        execution.run(parsed.main(), data);
    }

    /** The last turn ends where the answer begins. */
    private void turns(ChatPrompt prompt, List<Message> collated, Execution execution) {
        Turn turn = new Turn(PromptData.common(prompt));
        for (Message message : collated) {
            boolean complete = message.role().equals(Role.SYSTEM) && turn.asked() || message.role().equals(Role.USER) && turn.answered();
            if (complete) {
                execution.run(parsed.main(), turn.data());
                turn = new Turn(PromptData.common(prompt));
            }
            turn.add(message);
        }
        execution.run(Identifiers.upToAnswer(parsed.main()), turn.data());
    }

    /** What was said since the last complete turn. */
    private record Turn(Map<String, Object> data) {
        Turn {
            data.put("System", "");
            data.put("Prompt", "");
        }

        void add(Message message) {
            switch (message.role()) {
                case Role.SYSTEM -> data.put("System", message.content());
                case Role.USER -> data.put("Prompt", message.content());
                case Role.ASSISTANT -> data.put("Response", message.content());
                default -> { } // this form has no place for others
            }
        }

        boolean answered() {
            return !data.get("Response").equals("");
        }

        boolean asked() {
            return answered() || !data.get("Prompt").equals("");
        }
    }

    private static RuntimeFailure failure(String what, String source, GoError error) {
        int end = Math.clamp(error.at(), 0, source.length());
        int line = 1 + (int) source.chars().limit(end).filter(c -> c == '\n').count();
        String place = error.at() < 0 ? "an unknown place" : "line " + line + ", column " + (end - source.lastIndexOf('\n', end - 1));
        return new RuntimeFailure(ErrorCode.TEMPLATE_INVALID, what + " " + place + ": " + error.getMessage(), error);
    }
}
