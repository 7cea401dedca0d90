package dev.runtime.plugin.output.parsers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.runtime.api.text.OutputParser;
import dev.runtime.api.text.OutputParser.ModelHints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which parser a published template chooses. */
final class GoldenChoiceTests {
    private static final Map<String, String> CHOICES =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("meta-llama-Llama-3.1-8B-Instruct", "llama3"),
                            Map.entry("meta-llama-Llama-3.2-3B-Instruct", "llama3"),
                            Map.entry("Qwen-Qwen2.5-7B-Instruct", "hermes"),
                            Map.entry("Qwen-Qwen3-0.6B", "hermes"),
                            Map.entry("Qwen-QwQ-32B", "hermes"),
                            Map.entry("Qwen3-Coder", "qwen3-coder"),
                            Map.entry("google-gemma-2-2b-it", "generic"),
                            Map.entry("google-gemma-4-31B-it", "gemma4"),
                            Map.entry("deepseek-ai-DeepSeek-R1-Distill-Llama-8B", "deepseek3"),
                            Map.entry("deepseek-ai-DeepSeek-V3.1", "deepseek3"),
                            Map.entry("mistralai-Mistral-Nemo-Instruct-2407", "ministral"),
                            Map.entry("Mistral-Small-3.2-24B-Instruct-2506", "ministral"),
                            Map.entry("CohereForAI-c4ai-command-r7b-12-2024-tool_use", "cohere"),
                            Map.entry("ibm-granite-granite-3.3-2B-Instruct", "granite"),
                            Map.entry("ibm-granite-granite-4.0", "hermes"),
                            Map.entry("NousResearch-Hermes-3-Llama-3.1-8B-tool_use", "hermes"),
                            Map.entry("HuggingFaceTB-SmolLM3-3B", "generic"),
                            Map.entry("openai-gpt-oss-120b", "harmony"),
                            Map.entry("moonshotai-Kimi-K2", "kimi-k2"),
                            Map.entry("GLM-4.6", "glm-4.7"),
                            Map.entry("MiniMax-M2", "minimax-m2"),
                            Map.entry("LFM2.5-Instruct", "lfm2"),
                            Map.entry("ByteDance-Seed-OSS", "qwen3-coder"),
                            Map.entry("phi-3-mini-vocab", "generic")));

    /** Returns what the module provides. */
    private static List<OutputParser> parsers() {
        return GenericParser.class.getModule().getDescriptor().provides().stream()
                .flatMap(provides -> provides.providers().stream())
                .map(GoldenChoiceTests::create)
                .toList();
    }

    private static OutputParser create(String name) {
        try {
            return (OutputParser) Class.forName(name).getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(name, e);
        }
    }

    private static String chosen(ModelHints hints) {
        OutputParser best = parsers().stream().max(Comparator.comparingInt(parser -> parser.score(hints))).orElseThrow();
        return best.score(hints) > 0 ? best.name() : "none";
    }

    @TestFactory
    Stream<DynamicTest> publishedTemplates() {
        Path folder = Optional.ofNullable(System.getProperty("golden.dir"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("repo.root", ".")).toAbsolutePath().resolveSibling("shared").resolve("golden"))
                .resolve("templates");
        Assumptions.assumeTrue(Files.isDirectory(folder), () -> "no golden templates in " + folder);
        return CHOICES.entrySet().stream()
                .map(choice -> dynamicTest(choice.getKey(), () -> {
                    String template = Files.readString(folder.resolve("jinja").resolve(choice.getKey() + ".jinja"));
                    assertEquals(choice.getValue(), chosen(new ModelHints("any", template, "")));
                }));
    }

    @Test
    void configurationDecides() {
        assertEquals("hermes", chosen(new ModelHints("qwen3", "<|channel|><|message|><|start|>", "qwen3-vl-thinking")));
        assertEquals("generic", chosen(new ModelHints("qwen3", "<tool_call>", "of another time")));
        assertEquals("none", chosen(new ModelHints("qwen3", "<tool_call>", "passthrough")));
    }

    @Test
    void namesAreUnique() {
        List<String> names = parsers().stream().map(OutputParser::name).toList();
        assertEquals(names.size(), names.stream().distinct().count(), names.toString());
    }
}
