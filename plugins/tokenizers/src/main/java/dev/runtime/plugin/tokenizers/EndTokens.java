package dev.runtime.plugin.tokenizers;

import dev.runtime.api.text.Tokenizer.Kind;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the tokens that end a generation, by role and by spelling: files often name only one of several. Along the way it corrects the
 * kinds of marks that files declare as plain text.
 */
final class EndTokens {
    private static final List<String> ROLES = List.of("eos_token_id", "eot_token_id", "eom_token_id",
            "fim_pad_token_id", "fim_rep_token_id", "fim_sep_token_id");

    private static final Set<String> ENDS = Set.of("<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<end_of_turn>",
            "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "<|end_of_text|>", "<end_of_utterance>", "<turn|>", "<|eot|>", "[e~[",
            "<|END_OF_TURN_TOKEN|>", "<｜end▁of▁sentence｜>");

    /** Marks of fill-in-the-middle after which nothing of use follows. */
    private static final Set<String> MIDDLE_ENDS = Set.of("<|fim_pad|>", "<fim-pad>", "<PAD>", "<|fim_repo|>", "<|repo_name|>", "<fim-repo>",
            "<reponame>", "<REPO>", "<|file_sep|>");

    private static final Set<String> MIDDLE_MARKS = Set.of("<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<PRE>", "▁<PRE>",
            "<｜fim▁begin｜>", "<|code_prefix|>", "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<SUF>", "▁<SUF>", "<｜fim▁hole｜>",
            "<|code_suffix|>", "<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<MID>", "▁<MID>", "<｜fim▁end｜>", "<|code_middle|>");

    /** Structure of gpt-oss answers, which their parser must see. */
    private static final Set<String> CHANNEL_MARKS = Set.of("<|channel|>", "<|message|>", "<|start|>", "<|constrain|>");

    private static final int LONGEST = 32;

    private EndTokens() {}

    /** Returns the ids; corrects kinds. */
    static BitSet find(Vocabulary vocabulary) {
        Map<String, Integer> marks = marks(vocabulary);
        BitSet ends = new BitSet(vocabulary.size());
        marks.forEach((text, id) -> {
            boolean end = ENDS.contains(text) || MIDDLE_ENDS.contains(text);
            if (end) {
                ends.set(id);
            }
            if (end || MIDDLE_MARKS.contains(text)) {
                vocabulary.kind(id, Kind.CONTROL);
            } else if (CHANNEL_MARKS.contains(text)) {
                vocabulary.kind(id, Kind.USER_DEFINED);
            }
        });
        for (String role : ROLES) {
            vocabulary.id(role).ifPresent(ends::set);
        }
        for (long id : vocabulary.metadata().integers(Vocabulary.PREFIX + "eos_token_ids").orElse(new long[0])) {
            if (id >= 0 && id < vocabulary.size()) {
                ends.set((int) id);
            }
        }
        // gpt-oss: there <|end|> only ends one message of several channels
        Integer end = marks.get("<|end|>");
        if (end != null && marks.containsKey("<|return|>") && marks.containsKey("<|call|>")) {
            ends.clear(end);
            vocabulary.kind(end, Kind.USER_DEFINED);
        }
        return ends;
    }

    /** Returns the tokens that may be in one of the sets; few begin like a mark. */
    private static Map<String, Integer> marks(Vocabulary vocabulary) {
        Map<String, Integer> marks = new HashMap<>();
        for (int i = 0; i < vocabulary.size(); i++) {
            byte[] text = vocabulary.bytes(i);
            if (text.length > 2 && text.length <= LONGEST && (text[text.length - 1] == '>' || text[0] == '[')) {
                marks.putIfAbsent(new String(text, StandardCharsets.UTF_8), i);
            }
        }
        return marks;
    }
}
