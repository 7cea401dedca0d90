package dev.runtime.plugin.tokenizers;

import static dev.runtime.plugin.tokenizers.CodePoints.LETTER;
import static dev.runtime.plugin.tokenizers.CodePoints.LOWER;
import static dev.runtime.plugin.tokenizers.CodePoints.MARK;
import static dev.runtime.plugin.tokenizers.CodePoints.NUMBER;
import static dev.runtime.plugin.tokenizers.CodePoints.OTHER;
import static dev.runtime.plugin.tokenizers.CodePoints.SPACE;
import static dev.runtime.plugin.tokenizers.CodePoints.UPPER;

import java.util.function.IntPredicate;

/** The patterns that pre-tokenizers are made of. The comment of each is the regular expression that it stands for. */
final class Stages {
    /** {@code \s*[\r\n]+|\s+(?!\S)|\s+}. */
    static final Stage BLANKS = Stages::blanks;

    /** {@code \s+(?!\S)|\s+}. */
    static final Stage SPACES = (text, from, end) -> {
        int run = text.run(from, end, SPACE);
        return run == from ? ~(from + 1) : run < end && run - from > 1 ? run - 1 : run;
    };

    /** {@code 's|'t|'re|'ve|'m|'ll|'d}. */
    static final Stage CONTRACTION = (text, from, end) -> contraction(text, from, end, false);

    /** {@code (?i:'s|'t|'re|'ve|'m|'ll|'d)}, for ASCII. */
    static final Stage CONTRACTION_ANY_CASE = (text, from, end) -> contraction(text, from, end, true);

    /** {@code [\r\n]}. */
    static final Stage NEWLINE = (text, from, end) -> text.newline(from, end) ? from + 1 : ~(from + 1);

    private static final int UPPER_PART = UPPER | OTHER | MARK;
    private static final int LOWER_PART = LOWER | OTHER | MARK;

    private Stages() {}

    /** {@code ' ?[classes]+'} with an optional blank. */
    static Stage blankThen(int classes) {
        return (text, from, end) -> {
            int start = from + (text.at(from) == ' ' ? 1 : 0);
            int to = text.run(start, end, classes);
            return to > start ? to : ~(from + 1);
        };
    }

    /** {@code ' ?[^\s classes]+[trailing]*'} with an optional blank. */
    static Stage blankThenOther(int classes, String trailing) {
        return (text, from, end) -> {
            int start = from + (text.at(from) == ' ' ? 1 : 0);
            int to = text.runNot(start, end, SPACE | classes);
            return to > start ? trail(text, to, end, trailing) : ~(from + 1);
        };
    }

    /** {@code ' ?[classes]+[trailing]*'} with an optional blank. */
    static Stage blankThen(int classes, String trailing) {
        return (text, from, end) -> {
            int start = from + (text.at(from) == ' ' ? 1 : 0);
            int to = text.run(start, end, classes);
            return to > start ? trail(text, to, end, trailing) : ~(from + 1);
        };
    }

    /** {@code [^\r\n excluded]?[classes]+}. */
    static Stage word(int excluded, int classes) {
        return (text, from, end) -> {
            boolean prefix = text.isNot(from, end, excluded) && !text.newline(from, end);
            // a mark may be prefix or part of the word; as a prefix it must be followed by a part
            int to = prefix ? text.run(from + 1, end, classes) : from;
            if (to > from + 1) {
                return to;
            }
            to = text.run(from, end, classes);
            return to > from ? to : ~(from + 1);
        };
    }

    /**
     * {@code [^\r\n\p{L}\p{N}]?U*L+C?|[^\r\n\p{L}\p{N}]?U+L*C?} with U and L the letters that are not lower and not upper case, with marks,
     * and C a contraction.
     */
    static Stage casedWord(boolean contraction) {
        return (text, from, end) -> {
            boolean prefix = text.isNot(from, end, LETTER | NUMBER) && !text.newline(from, end);
            int to = -1;
            if (prefix) {
                to = lowerPart(text, from + 1, end);
            }
            if (to < 0) {
                to = lowerPart(text, from, end);
            }
            if (to < 0 && prefix && text.is(from + 1, end, UPPER_PART)) {
                to = text.run(from + 1, end, UPPER_PART);
            }
            if (to < 0 && text.is(from, end, UPPER_PART)) {
                to = text.run(from, end, UPPER_PART);
            }
            if (to < 0) {
                return ~(from + 1);
            }
            int more = contraction ? contraction(text, to, end, true) : -1;
            return Math.max(to, more);
        };
    }

    /** {@code U*L+}: returns the end or -1. */
    private static int lowerPart(CodePoints text, int from, int end) {
        int upper = text.run(from, end, UPPER_PART);
        int lower = text.run(upper, end, LOWER_PART);
        if (lower > upper) {
            return lower;
        }
        // U* gives back what L+ can take: up to the last character of the run that is of both
        while (upper > from && !text.is(upper - 1, end, LOWER_PART)) {
            upper--;
        }
        return upper > from ? upper : -1;
    }

    /** {@code [classes]{1,most}}. */
    static Stage some(int classes, int most) {
        return (text, from, end) -> {
            int to = text.run(from, (int) Math.min(end, from + (long) most), classes);
            return to > from ? to : ~(from + 1);
        };
    }

    /** {@code [characters]+}. */
    static Stage run(IntPredicate characters) {
        return (text, from, end) -> {
            int to = run(text, from, end, characters);
            return to > from ? to : ~(from + 1);
        };
    }

    /** {@code \s?[characters]+}. */
    static Stage spaceThen(IntPredicate characters) {
        return (text, from, end) -> {
            int start = from + (text.is(from, end, SPACE) ? 1 : 0);
            int to = run(text, start, end, characters);
            return to > start ? to : ~(from + 1);
        };
    }

    /** {@code \s?[classes]+}. */
    static Stage spaceThen(int classes) {
        return (text, from, end) -> {
            int start = from + (text.is(from, end, SPACE) ? 1 : 0);
            int to = text.run(start, end, classes);
            return to > start ? to : ~(from + 1);
        };
    }

    /** {@code ' ?[characters]+'} with an optional blank. */
    static Stage blankThen(IntPredicate characters) {
        return (text, from, end) -> {
            int start = from + (text.at(from) == ' ' ? 1 : 0);
            int to = run(text, start, end, characters);
            return to > start ? to : ~(from + 1);
        };
    }

    /** {@code \s+$}. */
    static final Stage SPACES_AT_END = (text, from, end) -> {
        int run = text.run(from, end, SPACE);
        return run == end ? end : ~Math.max(run, from + 1);
    };

    /** {@code [0-9][0-9][0-9]}. */
    static final Stage THREE_DIGITS = (text, from, end) ->
            end - from >= 3 && digit(text.at(from)) && digit(text.at(from + 1)) && digit(text.at(from + 2)) ? from + 3 : ~(from + 1);

    /** An ASCII punctuation character before ASCII letters: {@code [!-/:-@\[-`{-~][A-Za-z]+}. */
    static final Stage PUNCTUATION_THEN_ASCII = (text, from, end) -> {
        int c = text.at(from);
        boolean punctuation = c > ' ' && c < 0x7F && !digit(c) && !asciiLetter(c);
        int to = punctuation ? run(text, from + 1, end, Stages::asciiLetter) : from;
        return to > from + 1 ? to : ~(from + 1);
    };

    private static int run(CodePoints text, int from, int end, IntPredicate characters) {
        int i = from;
        while (i < end && characters.test(text.at(i))) {
            i++;
        }
        return i;
    }

    private static int trail(CodePoints text, int from, int end, String trailing) {
        int i = from;
        while (i < end && trailing.indexOf(text.at(i)) >= 0) {
            i++;
        }
        return i;
    }

    private static int blanks(CodePoints text, int from, int end) {
        int run = text.run(from, end, SPACE);
        if (run == from) {
            return ~(from + 1);
        }
        for (int i = run; i > from; i--) {
            if (text.newline(i - 1, end)) {
                return i;
            }
        }
        return run < end && run - from > 1 ? run - 1 : run;
    }

    private static int contraction(CodePoints text, int from, int end, boolean anyCase) {
        if (from + 1 >= end || text.at(from) != '\'') {
            return -1;
        }
        int first = lower(text.at(from + 1), anyCase);
        if (first == 's' || first == 't' || first == 'm' || first == 'd') {
            return from + 2;
        }
        int second = from + 2 < end ? lower(text.at(from + 2), anyCase) : 0;
        return first == 'r' && second == 'e' || first == 'v' && second == 'e' || first == 'l' && second == 'l' ? from + 3 : -1;
    }

    private static int lower(int c, boolean anyCase) {
        return anyCase && c >= 'A' && c <= 'Z' ? c + 32 : c;
    }

    private static boolean digit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean asciiLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }
}
