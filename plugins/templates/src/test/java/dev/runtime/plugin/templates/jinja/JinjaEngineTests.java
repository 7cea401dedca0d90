package dev.runtime.plugin.templates.jinja;

import static dev.runtime.api.model.Capability.INSERT;
import static dev.runtime.api.model.Capability.THINKING;
import static dev.runtime.api.model.Capability.TOOLS;
import static dev.runtime.api.model.Capability.VISION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Capability;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JinjaEngineTests {
    private static final JinjaEngine ENGINE = new JinjaEngine();

    @ParameterizedTest
    @ValueSource(strings = {"{% if x %}{% endif %}", "{{ messages }}", "plain", "", "{{- bos_token -}}", "{{ '.System' }}"})
    void acceptsJinja(String source) {
        assertTrue(ENGINE.accepts(source));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{{ .Prompt }}", "{{- if .System }}{{ .System }}{{ end }}", "{{ range $i, $m := .Messages }}{{ end }}", "{{/* c */}}"})
    void leavesGoTemplatesToOthers(String source) {
        assertFalse(ENGINE.accepts(source));
    }

    @Test
    void capabilitiesAreWhatTheTemplateHasAPlaceFor() throws Exception {
        Map<String, Set<Capability>> expected =
                Map.ofEntries(
                        Map.entry("meta-llama-Llama-3.1-8B-Instruct", Set.of(TOOLS)),
                        Map.entry("Qwen-Qwen2.5-7B-Instruct", Set.of(TOOLS)),
                        Map.entry("Qwen-Qwen3-0.6B", Set.of(TOOLS, THINKING)),
                        Map.entry("Qwen3-Coder", Set.of(TOOLS)),
                        Map.entry("google-gemma-2-2b-it", Set.of()),
                        Map.entry("google-gemma-4-31B-it", Set.of(TOOLS, THINKING, VISION)),
                        Map.entry("deepseek-ai-DeepSeek-V3.1", Set.of(THINKING)),
                        Map.entry("Mistral-Small-3.2-24B-Instruct-2506", Set.of(TOOLS, VISION)),
                        Map.entry("openai-gpt-oss-120b", Set.of(TOOLS, THINKING)),
                        Map.entry("GLM-4.6", Set.of(TOOLS, THINKING)),
                        Map.entry("ibm-granite-granite-4.0", Set.of(TOOLS)),
                        Map.entry("LFM2.5-Instruct", Set.of(TOOLS, THINKING)));
        for (Map.Entry<String, Set<Capability>> entry : expected.entrySet()) {
            String source = Files.readString(GoldenFolder.compact().resolve("jinja").resolve(entry.getKey() + ".jinja"));
            assertEquals(entry.getValue(), ENGINE.compile(source).capabilities(), entry.getKey());
        }
        assertEquals(Set.of(INSERT), ENGINE.compile("{{ prompt }}{{ suffix }}").capabilities());
    }

    @Test
    void invalidSourceIsRefusedWithItsPlace() {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> ENGINE.compile("a\n{% if x %}\nb"));
        assertEquals(ErrorCode.TEMPLATE_INVALID, failure.code());
        assertTrue(failure.getMessage().contains("line 2"), failure.getMessage());
        assertTrue(failure.getMessage().contains("endif"), failure.getMessage());
    }

    @Test
    void sourceIsKept() {
        assertEquals("a\r\nb\n", ENGINE.compile("a\r\nb\n").source());
    }
}
