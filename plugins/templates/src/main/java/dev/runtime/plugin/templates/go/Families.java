package dev.runtime.plugin.templates.go;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Role;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.text.ChatPrompt;
import dev.runtime.api.text.ChatTemplate;
import dev.runtime.api.text.TemplateEngine.Known;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Templates of well-known families. A template of another language is one of them if it renders some conversations to the same text: so
 * it may be written in any way, and nothing is taken for a family that differs from it in what a model sees.
 */
final class Families {
    private static final String BEGIN = "\uE000begin\uE000";
    private static final String END = "\uE000end\uE000";
    /** Spellings of the tokens that families write themselves; a template under test prints them for begin and end. */
    private static final List<String[]> MARKS = List.of(new String[] {"<s>", "</s>"}, new String[] {"<|begin_of_text|>", "<|eot_id|>"},
            new String[] {"<bos>", "<eos>"}, new String[] {"<|startoftext|>", "<|im_end|>"}, new String[] {"<|endoftext|>", "<|endoftext|>"},
            new String[] {"<BOS_TOKEN>", "<|END_OF_TURN_TOKEN|>"});

    private static final List<Known> FAMILIES = List.of(
            family("chatml", "{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}<|im_start|>assistant\n",
                    "<|im_start|>", "<|im_end|>"),
            family("llama3-instruct", "{{ range .Messages }}<|start_header_id|>{{ .Role }}<|end_header_id|>\n\n{{ .Content }}<|eot_id|>{{ end }}"
                    + "<|start_header_id|>assistant<|end_header_id|>\n\n", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
            family("gemma-instruct", "{{- range $i, $m := .Messages }}{{ if eq .Role \"assistant\" }}<start_of_turn>model\n{{ .Content }}<end_of_turn>\n"
                    + "{{ else if eq .Role \"user\" }}<start_of_turn>user\n{{ .Content }}<end_of_turn>\n{{ end }}{{ end }}<start_of_turn>model\n",
                    "<start_of_turn>", "<end_of_turn>"),
            family("gemma3-instruct", "{{- range $i, $m := .Messages }}{{ if eq .Role \"assistant\" }}<start_of_turn>model\n{{ .Content }}<end_of_turn>\n"
                    + "{{ else if eq .Role \"user\" }}<start_of_turn>user\n{{ if and $.System (eq $i 1) }}{{ $.System }}\n\n{{ end }}{{ .Content }}"
                    + "<end_of_turn>\n{{ end }}{{ end }}<start_of_turn>model\n", "<start_of_turn>", "<end_of_turn>"),
            family("phi-3", "{{ range .Messages }}<|{{ .Role }}|>\n{{ .Content }}<|end|>\n{{ end }}<|assistant|>\n",
                    "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"),
            family("zephyr", "{{ range .Messages }}<|{{ .Role }}|>\n{{ .Content }}</s>\n{{ end }}<|assistant|>\n",
                    "<|system|>", "<|user|>", "<|assistant|>", "</s>"),
            family("llama2-chat", "{{- range $i, $m := .Messages }}{{ if eq .Role \"user\" }}[INST] {{ if and $.System (eq $i 1) }}<<SYS>>\n"
                    + "{{ $.System }}\n<</SYS>>\n\n{{ end }}{{ .Content }} [/INST]{{ else if eq .Role \"assistant\" }} {{ .Content }} </s><s>{{ end }}{{ end }}",
                    "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>"),
            family("mistral-instruct", "{{- range $i, $m := .Messages }}{{ if eq .Role \"user\" }}[INST] {{ .Content }} [/INST]"
                    + "{{ else if eq .Role \"assistant\" }} {{ .Content }}</s>{{ end }}{{ end }}", "[INST]", "[/INST]"),
            family("granite-instruct", "{{ range .Messages }}<|start_of_role|>{{ .Role }}<|end_of_role|>{{ .Content }}<|end_of_text|>\n{{ end }}"
                    + "<|start_of_role|>assistant<|end_of_role|>", "<|start_of_role|>", "<|end_of_role|>", "<|end_of_text|>"),
            family("command-r", "{{ range .Messages }}<|START_OF_TURN_TOKEN|>{{ if eq .Role \"system\" }}<|SYSTEM_TOKEN|>{{ else if eq .Role \"user\" }}"
                    + "<|USER_TOKEN|>{{ else }}<|CHATBOT_TOKEN|>{{ end }}{{ .Content }}<|END_OF_TURN_TOKEN|>{{ end }}"
                    + "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>", "<|START_OF_TURN_TOKEN|>", "<|END_OF_TURN_TOKEN|>"),
            family("openchat", "{{ range .Messages }}{{ if eq .Role \"assistant\" }}GPT4 Correct Assistant: {{ .Content }}{{ else if eq .Role \"user\" }}"
                    + "GPT4 Correct User: {{ .Content }}{{ else }}GPT4 Correct System: {{ .Content }}{{ end }}<|end_of_turn|>{{ end }}GPT4 Correct Assistant:",
                    "<|end_of_turn|>"),
            family("alpaca", "{{ if .System }}{{ .System }}\n\n{{ end }}{{ range .Messages }}{{ if eq .Role \"user\" }}### Instruction:\n{{ .Content }}\n\n"
                    + "{{ else if eq .Role \"assistant\" }}### Response:\n{{ .Content }}\n\n{{ end }}{{ end }}### Response:\n",
                    "### Instruction:", "### Response:"),
            family("falcon-instruct", "{{ range .Messages }}{{ if eq .Role \"system\" }}System: {{ .Content }}\n{{ else if eq .Role \"user\" }}"
                    + "User: {{ .Content }}\n{{ else }}Falcon: {{ .Content }}\n{{ end }}{{ end }}Falcon:", "User:", "Falcon:", "System:"),
            family("solar-instruct", "{{ range .Messages }}{{ if eq .Role \"system\" }}### System:\n{{ .Content }}\n\n{{ else if eq .Role \"user\" }}"
                    + "### User:\n{{ .Content }}\n\n{{ else }}### Assistant:\n{{ .Content }}</s>\n\n{{ end }}{{ end }}### Assistant:\n",
                    "### System:", "### User:", "### Assistant:"),
            family("alfred", "{{ range .Messages }}<start_{{ .Role }}>{{ .Content }}<end_message>{{ end }}<start_assistant>",
                    "<start_system>", "<end_message>", "<start_user>", "<start_assistant>"),
            family("chatqa", "{{ range .Messages }}{{ if eq .Role \"system\" }}System: {{ else if eq .Role \"user\" }}User: {{ else }}Assistant: {{ end }}"
                    + "{{ .Content }}\n\n{{ end }}Assistant:", "System:", "User:", "Assistant:"),
            family("codellama-70b-instruct", "{{ range .Messages }}Source: {{ .Role }}\n\n {{ .Content }} <step> {{ end }}Source: assistant\n"
                    + "Destination: user\n\n ", "Source:", "Destination:", "<step>"),
            coder("magicoder", "@@ "),
            coder("starcoder2-instruct", "### "));

    private Families() {}

    private static Known family(String name, String source, String... stops) {
        return new Known(name, source, List.of(stops));
    }

    /** Families that have these rules where no other system prompt is given. */
    private static Known coder(String name, String mark) {
        return family(name, "{{ if .System }}{{ .System }}{{ else }}You are an exceptionally intelligent coding assistant that consistently delivers "
                + "accurate and reliable responses to user instructions.{{ end }}\n\n{{ range .Messages }}{{ if eq .Role \"user\" }}" + mark
                + "Instruction\n{{ .Content }}\n\n{{ else if eq .Role \"assistant\" }}" + mark + "Response\n{{ .Content }}<|endoftext|>\n\n{{ end }}{{ end }}"
                + mark + "Response\n", mark + "Instruction", mark + "Response", "<|endoftext|>");
    }

    /** Finds the family that a template of another language is one of. */
    static Optional<Known> known(ChatTemplate other) {
        for (Known family : FAMILIES) {
            GoTemplate template = GoTemplate.compile(family.source());
            if (MARKS.stream().anyMatch(marks -> same(template, other, marks))) {
                return Optional.of(family);
            }
        }
        return Optional.empty();
    }

    /** With a system prompt where the other takes one, and in any case without. */
    private static boolean same(GoTemplate family, ChatTemplate other, String[] marks) {
        List<Message> plain = List.of(Message.of(Role.USER, "first question"), Message.of(Role.ASSISTANT, "first answer"),
                Message.of(Role.USER, "second question"));
        List<Message> instructed = List.of(Message.of(Role.SYSTEM, "some rules"), Message.of(Role.USER, "first question"),
                Message.of(Role.ASSISTANT, "first answer"), Message.of(Role.USER, "second question"));
        return equal(family, other, plain, marks, false) && equal(family, other, instructed, marks, true);
    }

    private static boolean equal(GoTemplate family, ChatTemplate other, List<Message> messages, String[] marks, boolean mayRefuse) {
        String theirs;
        try {
            theirs = other.render(prompt(messages, BEGIN, END));
        } catch (RuntimeFailure _) {
            return mayRefuse;
        }
        String spelled = theirs.replace(END, marks[1]);
        String text = (spelled.startsWith(BEGIN) ? spelled.substring(BEGIN.length()) : spelled).replace(BEGIN, marks[0]);
        // the begin token comes from the tokenizer if a template does not write it
        String bare = text.startsWith(marks[0]) ? text.substring(marks[0].length()) : text;
        String ours = family.render(prompt(messages, "", ""));
        return ours.equals(text) || ours.equals(bare);
    }

    private static ChatPrompt prompt(List<Message> messages, String begin, String end) {
        return new ChatPrompt(messages, List.of(), Thinking.DEFAULT, true, begin, end, "", Instant.EPOCH, Map.of());
    }
}
