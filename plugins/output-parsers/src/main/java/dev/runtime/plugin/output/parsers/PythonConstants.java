package dev.runtime.plugin.output.parsers;

/** Python's constants as JSON's: models that were trained on much Python mix them up. */
final class PythonConstants {
    private PythonConstants() {}

    /** Replaces {@code True}, {@code False} and {@code None} outside of strings. */
    static String toJson(String text) {
        StringBuilder out = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int end;
            if (c == '"' || c == '\'') {
                end = Brackets.stringEnd(text, at);
                end = end < 0 ? text.length() : end;
                out.append(text, at, end);
            } else if (Character.isLetter(c)) {
                end = at;
                while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
                    end++;
                }
                out.append(constant(text.substring(at, end)));
            } else {
                end = at + 1;
                out.append(c);
            }
            at = end;
        }
        return out.toString();
    }

    private static String constant(String word) {
        return switch (word) {
            case "True" -> "true";
            case "False" -> "false";
            case "None" -> "null";
            default -> word;
        };
    }
}
