package dev.runtime.plugin.tokenizers;

import dev.runtime.api.model.Metadata;
import java.util.Locale;
import java.util.Set;

/** Which special tokens eat the white space beside them. Files do not say; these are the few known vocabularies. */
enum StripRules {
    /** No token does. */
    NONE,
    /** {@code <mask>} eats what is before it. */
    MASK,
    /** All but three tokens eat what is after them. */
    PHI_3;

    private static final Set<String> MASK_NAMES = Set.of("jina-v2-de", "jina-v2-es", "jina-v2-code", "jina-v3");
    private static final Set<String> PHI_3_PLAIN = Set.of("<unk>", "<s>", "<|endoftext|>");

    static StripRules of(Metadata metadata) {
        String pre = metadata.string(Vocabulary.PREFIX + "pre").orElse("");
        if (MASK_NAMES.contains(pre) || metadata.string("general.architecture").orElse("").equals("nomic-bert-moe")) {
            return MASK;
        }
        String name = metadata.string("general.name").orElse("").toLowerCase(Locale.ROOT);
        return name.contains("phi-3") || name.contains("phi3") ? PHI_3 : NONE;
    }

    boolean left(Vocabulary vocabulary, int id) {
        return this == MASK && vocabulary.text(id).equals("<mask>");
    }

    boolean right(Vocabulary vocabulary, int id) {
        return this == PHI_3 && !PHI_3_PLAIN.contains(vocabulary.text(id));
    }

    static boolean blank(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }
}
