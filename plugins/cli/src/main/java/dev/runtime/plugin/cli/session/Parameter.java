package dev.runtime.plugin.cli.session;

import java.util.List;
import java.util.Set;

/** An option of a request as {@code /set parameter} takes it: words that become a value of the option's type. */
final class Parameter {
    private static final Set<String> WHOLE = Set.of("seed", "num_predict", "num_keep", "top_k", "num_ctx", "num_batch", "num_gpu", "main_gpu",
            "num_thread", "repeat_last_n", "draft_num_predict");
    private static final Set<String> FRACTIONS = Set.of("top_p", "min_p", "typical_p", "temperature", "repeat_penalty", "presence_penalty",
            "frequency_penalty");

    private Parameter() {}

    /**
     * Returns the value.
     *
     * @throws IllegalArgumentException with the reason, for people
     */
    static Object value(String name, List<String> words) {
        String text = words.getFirst();
        if (WHOLE.contains(name)) {
            return whole(text, words);
        } else if (FRACTIONS.contains(name)) {
            return fraction(text, words);
        }
        return switch (name) {
            case "stop" -> words;
            case "use_mmap", "use_mlock" -> switch (text) {
                case "true", "1" -> true;
                case "false", "0" -> false;
                default -> throw new IllegalArgumentException("invalid bool value " + words);
            };
            default -> throw new IllegalArgumentException("unknown parameter '" + name + "'");
        };
    }

    private static long whole(String text, List<String> words) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("invalid int value " + words, e);
        }
    }

    private static double fraction(String text, List<String> words) {
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below, as for what is not finite
        }
        throw new IllegalArgumentException("invalid float value " + words);
    }
}
