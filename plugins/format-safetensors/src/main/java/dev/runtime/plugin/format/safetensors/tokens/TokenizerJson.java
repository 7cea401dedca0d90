package dev.runtime.plugin.format.safetensors.tokens;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.plugin.format.safetensors.families.Facts;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Vocabularies of {@code tokenizer.json}: byte pairs, pieces with a byte fallback, word pieces. */
record TokenizerJson(Map<?, ?> root) {
    private static final System.Logger LOG = System.getLogger(TokenizerJson.class.getName());
    private static final float UNMERGED = -1e6f;

    /** Reads the tokens, and adds what a kind of vocabulary has besides. */
    Vocabulary read(Facts facts) {
        if (!(root.get("model") instanceof Map<?, ?> model)) {
            throw invalid("it has no model");
        }
        String type = model.get("type") == null ? "BPE" : String.valueOf(model.get("type"));
        Vocabulary vocabulary = switch (type) {
            case "BPE" -> Boolean.TRUE.equals(model.get("byte_fallback")) ? pieces(model, facts) : bytePairs(model, facts);
            case "WordPiece" -> wordPieces(model, facts);
            default -> throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, "tokenizer.json holds a vocabulary of the type " + type
                    + "; supported are BPE and WordPiece: fetch a converted file");
        };
        if (root.get("added_tokens") instanceof List<?> added) {
            for (Object each : added) {
                add(each, vocabulary);
            }
        }
        if (model.get("unk_token") instanceof String unknown && !type.equals("WordPiece") && Boolean.TRUE.equals(model.get("byte_fallback"))) {
            vocabulary.type(unknown, Vocabulary.UNKNOWN);
        }
        return vocabulary;
    }

    /** Tells whether the tokenizer puts a token before every text, if the file says. */
    Optional<Boolean> addsBegin(String begin) {
        return addsBegin(root.get("post_processor"), begin);
    }

    private static Optional<Boolean> addsBegin(Object processor, String begin) {
        if (processor instanceof Map<?, ?> map) {
            if (map.get("single") instanceof List<?> single && !single.isEmpty()) {
                boolean first = single.getFirst() instanceof Map<?, ?> item && item.get("SpecialToken") instanceof Map<?, ?> token
                        && begin.equals(token.get("id"));
                return Optional.of(first);
            }
            if (map.get("processors") instanceof List<?> inner) {
                return inner.stream().map(each -> addsBegin(each, begin)).flatMap(Optional::stream).findFirst();
            }
        }
        return Optional.empty();
    }

    private Vocabulary bytePairs(Map<?, ?> model, Facts facts) {
        Vocabulary vocabulary = new Vocabulary();
        entries(model).forEach((text, number) -> vocabulary.set(number, text, Vocabulary.NORMAL, 0));
        facts.put("tokenizer.ggml.model", "gpt2");
        Optional<String> name = PreTokenizers.name(root.get("pre_tokenizer"), Boolean.TRUE.equals(model.get("ignore_merges")));
        if (name.isEmpty()) {
            LOG.log(Level.WARNING, "the patterns that cut words in tokenizer.json are not known; the usual ones are used instead");
        }
        facts.put("tokenizer.ggml.pre", name.orElse("default"));
        List<?> merges = model.get("merges") instanceof List<?> list ? list : List.of();
        byte[][] lines = new byte[merges.size()][];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = String.join(" ", merge(merges.get(i))).getBytes(StandardCharsets.UTF_8);
        }
        facts.put("tokenizer.ggml.merges", lines);
        return vocabulary;
    }

    /** Pieces are merged by score: the earlier a merge makes a piece, the higher. */
    private Vocabulary pieces(Map<?, ?> model, Facts facts) {
        List<?> merges = model.get("merges") instanceof List<?> list ? list : List.of();
        Map<String, Float> scores = new HashMap<>();
        for (int i = 0; i < merges.size(); i++) {
            scores.putIfAbsent(String.join("", merge(merges.get(i))), (float) -i);
        }
        Vocabulary vocabulary = new Vocabulary();
        entries(model).forEach((text, number) -> {
            boolean single = text.matches("<0x[0-9A-F]{2}>");
            vocabulary.set(number, text, single ? Vocabulary.BYTE : Vocabulary.NORMAL, single ? 0 : scores.getOrDefault(text, UNMERGED));
        });
        facts.put("tokenizer.ggml.model", "llama");
        facts.put("tokenizer.ggml.pre", "default");
        facts.put("tokenizer.ggml.add_space_prefix", prefixesSpace(root.get("normalizer")) || prefixesSpace(root.get("pre_tokenizer")));
        return vocabulary;
    }

    private static boolean prefixesSpace(Object step) {
        if (!(step instanceof Map<?, ?> map)) {
            return false;
        }
        if (map.get("normalizers") instanceof List<?> inner && inner.stream().anyMatch(TokenizerJson::prefixesSpace)
                || map.get("pretokenizers") instanceof List<?> steps && steps.stream().anyMatch(TokenizerJson::prefixesSpace)) {
            return true;
        }
        return "Prepend".equals(map.get("type"))
                || "Metaspace".equals(map.get("type")) && !"never".equals(map.get("prepend_scheme")) && !Boolean.FALSE.equals(map.get("add_prefix_space"));
    }

    /** Continuations of words lose their mark, beginnings get one; names in brackets are special. */
    private Vocabulary wordPieces(Map<?, ?> model, Facts facts) {
        Vocabulary vocabulary = new Vocabulary();
        entries(model).forEach((text, number) -> WordPieces.set(vocabulary, number, text));
        facts.put("tokenizer.ggml.model", "bert");
        facts.put("tokenizer.ggml.pre", "default");
        return vocabulary;
    }

    private static void add(Object entry, Vocabulary vocabulary) {
        if (entry instanceof Map<?, ?> token && token.get("id") instanceof Long number && token.get("content") instanceof String text) {
            vocabulary.set(number, text, Boolean.TRUE.equals(token.get("special")) ? Vocabulary.CONTROL : Vocabulary.USER_DEFINED, UNMERGED);
        }
    }

    private static Map<String, Long> entries(Map<?, ?> model) {
        if (!(model.get("vocab") instanceof Map<?, ?> map)) {
            throw invalid("its model has no vocabulary");
        }
        Map<String, Long> entries = HashMap.newHashMap(map.size());
        map.forEach((text, number) -> entries.put((String) text, number instanceof Long n ? n : (Long) (-1L)));
        return entries;
    }

    /** Merges are two texts in a list, or in one text with a blank between. */
    private static List<String> merge(Object merge) {
        if (merge instanceof List<?> pair && pair.size() == 2 && pair.get(0) instanceof String left && pair.get(1) instanceof String right) {
            return List.of(left, right);
        }
        if (merge instanceof String line && line.indexOf(' ', 1) > 0) {
            int blank = line.indexOf(' ', 1);
            return List.of(line.substring(0, blank), line.substring(blank + 1));
        }
        throw invalid("a merge is no pair");
    }

    private static RuntimeFailure invalid(String problem) {
        return new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "tokenizer.json cannot be used: " + problem + "; fetch the file again");
    }
}
