package dev.runtime.plugin.format.safetensors.tokens;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.plugin.format.safetensors.HfConfig;
import dev.runtime.plugin.format.safetensors.Json;
import dev.runtime.plugin.format.safetensors.families.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Adds a folder's tokenizer to the metadata: tokens, special tokens, chat templates. */
public final class VocabularyFacts {
    private static final String KEYS = "tokenizer.ggml.";
    /** Special tokens by their name in the configuration, and the key of their number. */
    private static final List<String[]> SPECIAL = List.of(new String[] {"bos", "bos_token_id"}, new String[] {"eos", "eos_token_id"},
            new String[] {"unk", "unknown_token_id"}, new String[] {"pad", "padding_token_id"}, new String[] {"sep", "seperator_token_id"},
            new String[] {"cls", "cls_token_id"}, new String[] {"mask", "mask_token_id"});

    private VocabularyFacts() {}

    /**
     * Adds all of it.
     *
     * @param rows rows of the embeddings: as many tokens there are afterwards at least
     * @throws RuntimeFailure with {@code model.file_invalid} if there is no vocabulary or a damaged one
     */
    public static void add(Path folder, HfConfig config, String architecture, long rows, Facts facts) throws IOException {
        Map<?, ?> settings = Json.fileIfThere(folder.resolve("tokenizer_config.json")).orElse(Map.of());
        Map<?, ?> names = Json.fileIfThere(folder.resolve("special_tokens_map.json")).orElse(Map.of());
        Map<?, ?> generation = Json.fileIfThere(folder.resolve("generation_config.json")).orElse(Map.of());
        Optional<TokenizerJson> json = Json.fileIfThere(folder.resolve("tokenizer.json")).map(TokenizerJson::new);
        Vocabulary vocabulary = vocabulary(folder, json, architecture, facts);
        addedTokens(settings, vocabulary);
        vocabulary.fill(rows);
        facts.put(KEYS + "tokens", vocabulary.texts());
        facts.put(KEYS + "token_type", vocabulary.types());
        if ("llama".equals(facts.values().get(KEYS + "model"))) {
            facts.put(KEYS + "scores", vocabulary.scores());
        }
        for (String[] special : SPECIAL) {
            number(special[0] + "_token", settings, names, config, vocabulary).ifPresent(n -> facts.put(KEYS + special[1], n));
        }
        if ("bert".equals(facts.values().get(KEYS + "model"))) {
            copy(facts, KEYS + "cls_token_id", KEYS + "bos_token_id");
            copy(facts, KEYS + "seperator_token_id", KEYS + "eos_token_id");
        }
        ends(generation, config, vocabulary, facts);
        begins(settings, json, vocabulary, facts);
        ChatTemplates.add(folder, settings, facts);
        sampling(generation, facts);
    }

    private static Vocabulary vocabulary(Path folder, Optional<TokenizerJson> json, String architecture, Facts facts) throws IOException {
        Path pieces = folder.resolve("tokenizer.model");
        boolean encoder = architecture.contains("bert");
        if (Files.isRegularFile(pieces) && !encoder) {
            Vocabulary vocabulary = SentencePieceModel.read(pieces, facts);
            if (json.isPresent()) {
                // special tokens that were added later are in the other file only
                int before = vocabulary.size();
                Vocabulary full = json.get().read(new Facts(architecture));
                for (int n = 0; n < full.size(); n++) {
                    if (full.has(n) && (n >= before || full.types()[n] == Vocabulary.CONTROL && !full.text(n).equals("<unk>"))) {
                        vocabulary.set(n, full.text(n), (int) full.types()[n], n >= before ? -1000 : vocabulary.scores()[n]);
                    }
                }
            }
            return vocabulary;
        }
        if (json.isPresent()) {
            return json.get().read(facts);
        }
        Path words = folder.resolve("vocab.txt");
        if (Files.isRegularFile(words)) {
            facts.put(KEYS + "model", "bert");
            facts.put(KEYS + "pre", "default");
            return WordPieces.read(words);
        }
        throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID,
                "the model's folder has no vocabulary (tokenizer.json, tokenizer.model or vocab.txt); fetch the whole folder");
    }

    private static void addedTokens(Map<?, ?> settings, Vocabulary vocabulary) {
        if (settings.get("added_tokens_decoder") instanceof Map<?, ?> added) {
            added.forEach((number, entry) -> {
                if (entry instanceof Map<?, ?> token && token.get("content") instanceof String text && ((String) number).matches("\\d{1,9}")
                        && !vocabulary.has(Long.parseLong((String) number))) {
                    vocabulary.set(Long.parseLong((String) number), text,
                            Boolean.TRUE.equals(token.get("special")) ? Vocabulary.CONTROL : Vocabulary.USER_DEFINED, -1000);
                }
            });
        }
    }

    /** Returns a special token's number: by its text in the tokenizer's files, else as the model's configuration says. */
    private static OptionalLong number(String name, Map<?, ?> settings, Map<?, ?> names, HfConfig config, Vocabulary vocabulary) {
        for (Map<?, ?> file : List.of(settings, names)) {
            String text = text(file.get(name));
            if (!text.isEmpty() && vocabulary.number(text).isPresent()) {
                return vocabulary.number(text);
            }
        }
        Optional<Object> value = config.value(name + "_id").map(v -> v instanceof List<?> list && !list.isEmpty() ? list.getFirst() : v);
        return value.orElse(null) instanceof Long n && vocabulary.has(n) ? OptionalLong.of(n) : OptionalLong.empty();
    }

    private static String text(Object token) {
        return token instanceof String s ? s : token instanceof Map<?, ?> map && map.get("content") instanceof String s ? s : "";
    }

    private static void copy(Facts facts, String from, String to) {
        Object value = facts.values().get(from);
        if (value != null) {
            facts.put(to, value);
        }
    }

    /** Models may end with several tokens. */
    private static void ends(Map<?, ?> generation, HfConfig config, Vocabulary vocabulary, Facts facts) {
        Object stated = generation.get("eos_token_id") != null ? generation.get("eos_token_id") : config.value("eos_token_id").orElse(null);
        if (stated instanceof List<?> list) {
            long[] numbers = list.stream().filter(n -> n instanceof Long l && vocabulary.has(l)).mapToLong(n -> (Long) n).toArray();
            if (numbers.length > 1) {
                facts.put(KEYS + "eos_token_ids", numbers);
            }
        }
    }

    private static void begins(Map<?, ?> settings, Optional<TokenizerJson> json, Vocabulary vocabulary, Facts facts) {
        Object begin = facts.values().get(KEYS + "bos_token_id");
        if (settings.get("add_bos_token") instanceof Boolean adds) {
            facts.put(KEYS + "add_bos_token", adds);
        } else if (json.isPresent() && begin instanceof Long n && !"bert".equals(facts.values().get(KEYS + "model"))) {
            json.get().addsBegin(vocabulary.text((int) (long) n)).ifPresent(adds -> facts.put(KEYS + "add_bos_token", adds));
        }
        if (settings.get("add_eos_token") instanceof Boolean adds) {
            facts.put(KEYS + "add_eos_token", adds);
        }
    }

    /** The options that the model's makers recommend. */
    private static void sampling(Map<?, ?> generation, Facts facts) {
        Map<String, String> keys = Map.of("temperature", "temp", "top_k", "top_k", "top_p", "top_p", "min_p", "min_p",
                "repetition_penalty", "penalty_repeat");
        for (String name : List.of("temperature", "top_k", "top_p", "min_p", "repetition_penalty")) {
            if (generation.get(name) instanceof Number n) {
                facts.put("general.sampling." + keys.get(name), n instanceof Long l ? name.equals("top_k") ? (Object) l : (Object) (double) l : n);
            }
        }
    }
}
