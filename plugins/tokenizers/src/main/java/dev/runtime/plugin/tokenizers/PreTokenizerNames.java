package dev.runtime.plugin.tokenizers;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Metadata;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** From the names in {@code tokenizer.ggml.pre} to the rules, and what else hangs on a name. */
final class PreTokenizerNames {
    private static final Map<String, PreTokenizer> RULES = new HashMap<>();

    static {
        put(PreTokenizer.LLAMA_3, "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "dbrx", "smaug-bpe",
                "glm4", "chatglm-bpe");
        put(PreTokenizer.QWEN_2, "qwen2", "deepseek-r1-qwen", "stablelm2", "hunyuan", "megrez", "kormo", "grok-2", "solar-open");
        put(PreTokenizer.QWEN_35, "qwen35");
        put(PreTokenizer.GPT_4O, "gpt-4o", "llama4", "minimax-m2");
        put(PreTokenizer.TEKKEN, "tekken");
        put(PreTokenizer.GPT_2, "gpt-2", "phi-2", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de", "gigachat", "a.x-4.0", "mellum", "mpt", "olmo",
                "jais", "trillion", "granite-docling", "exaone4", "jina-v1-en", "jina-v2-code", "roberta-bpe");
        put(PreTokenizer.STARCODER, "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b");
        put(PreTokenizer.FALCON, "falcon");
        put(PreTokenizer.DEFAULT, "default");
        put(PreTokenizer.DEEPSEEK_LLM, "deepseek-llm");
        put(PreTokenizer.DEEPSEEK_CODER, "deepseek-coder");
        put(PreTokenizer.DEEPSEEK_V3, "deepseek-v3", "hunyuan-dense", "joyai-llm");
        put(PreTokenizer.BLOOM, "poro-chat", "bloom", "gpt3-finnish");
        put(PreTokenizer.VIKING, "viking");
    }

    /** Names whose vocabularies hold whole words that merges do not reach, and whose texts begin with a token. */
    private static final Set<String> WHOLE_WORDS_AND_BEGIN =
            Set.of("llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "tekken");

    /** Names whose texts end with a separator. */
    private static final Set<String> SEPARATOR = Set.of("jina-v1-en", "jina-v2-code", "roberta-bpe");

    private PreTokenizerNames() {}

    private static void put(PreTokenizer rule, String... names) {
        for (String name : names) {
            RULES.put(name, rule);
        }
    }

    /** Returns the name that holds for a model. Old files have none, or {@code default}; then the architecture decides. */
    static String of(Metadata metadata, int vocabularySize) {
        String name = metadata.string(Vocabulary.PREFIX + "pre").orElse("default");
        if (!name.equals("default")) {
            return name;
        }
        return switch (metadata.string("general.architecture").orElse("")) {
            case "gptoss", "gpt-oss" -> "gpt-4o";
            case "mistral3" -> "tekken";
            case "mistral" -> vocabularySize >= 131_072 ? "tekken" : name;
            case "llama" -> vocabularySize == 128_256 ? "llama-bpe" : vocabularySize >= 131_072 && vocabularySize <= 131_074 ? "tekken" : name;
            case "llama4" -> "llama4";
            case "lfm2" -> "lfm2";
            case "qwen2", "qwen2moe", "qwen25vl", "qwen2vl", "qwen3", "qwen3moe", "qwen3vl", "qwen3vlmoe", "qwen3next" -> "qwen2";
            case "qwen35", "qwen35moe" -> "qwen35";
            case "deepseek2" -> vocabularySize == 129_280 ? "deepseek-v3" : name;
            case "olmo2", "olmo3" -> "dbrx";
            case "command-r", "cohere2" -> "command-r";
            default -> name;
        };
    }

    /**
     * Returns the rule of a name.
     *
     * @throws RuntimeFailure with {@code model.unsupported} for a name that is not known: a wrong split would only show as poor answers
     */
    static PreTokenizer rule(String name) {
        PreTokenizer rule = RULES.get(name);
        if (rule == null) {
            throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, "the model's pre-tokenizer '" + name + "' (" + Vocabulary.PREFIX
                    + "pre) is not supported; known are " + String.join(", ", RULES.keySet().stream().sorted().toList()));
        }
        return rule;
    }

    static boolean wholeWords(String name) {
        return WHOLE_WORDS_AND_BEGIN.contains(name);
    }

    static boolean addsBegin(String name) {
        return WHOLE_WORDS_AND_BEGIN.contains(name) || SEPARATOR.contains(name);
    }

    static boolean addsSeparator(String name) {
        return SEPARATOR.contains(name);
    }
}
