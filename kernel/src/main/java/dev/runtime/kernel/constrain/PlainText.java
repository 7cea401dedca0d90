package dev.runtime.kernel.constrain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Text that stands without quotes up to a marker. */
final class PlainText {
    private PlainText() {}

    /** Returns any text, the marker included, where the marker comes for the first time. */
    static Expression until(Rules rules, String marker) {
        return machine(marker, true).expression(rules, Expression.Characters::new);
    }

    /** Returns any text that does not have the marker in it. */
    static Expression without(Rules rules, String marker) {
        return machine(marker, false).expression(rules, Expression.Characters::new);
    }

    /**
     * Reads character by character, in each state the number of the marker's characters that the text ends with (Knuth, Morris and Pratt
     * 1977).
     */
    private static Machine machine(String marker, boolean ends) {
        int[] characters = marker.codePoints().toArray();
        List<Map<Integer, CodePoints>> ways = new ArrayList<>();
        List<Boolean> accepts = new ArrayList<>();
        for (int state = 0; state < characters.length; state++) {
            Map<Integer, CodePoints> to = new LinkedHashMap<>();
            CodePoints special = CodePoints.NONE;
            for (int c : marker.codePoints().distinct().toArray()) {
                int next = after(characters, state, c);
                special = special.union(CodePoints.of(c, c));
                if (ends || next < characters.length) {
                    to.merge(next, CodePoints.of(c, c), CodePoints::union);
                }
            }
            to.merge(0, special.complement(), CodePoints::union);
            ways.add(to);
            accepts.add(!ends);
        }
        if (ends) {
            ways.add(Map.of());
            accepts.add(true);
        }
        return new Machine(ways, accepts);
    }

    private static int after(int[] marker, int state, int c) {
        for (int length = state + 1; length > 0; length--) {
            boolean fits = marker[length - 1] == c;
            for (int i = 0; fits && i < length - 1; i++) {
                fits = marker[i] == marker[state - (length - 1) + i];
            }
            if (fits) {
                return length;
            }
        }
        return 0;
    }

    /** Returns a value up to and with what stands after it: a string as it is, anything else as JSON. */
    static Expression value(SchemaCompiler values, JsonForms json, SchemaNotes notes, Object schema, String close) {
        List<Map<String, Object>> texts = values.texts(schema);
        if (texts.isEmpty()) {
            return Expression.sequence(values.value(schema), Expression.text(close));
        }
        List<Expression> listed = new ArrayList<>();
        for (Map<String, Object> text : texts) {
            for (Object value : SchemaParts.list(text, "enum")) {
                if (value instanceof String each) {
                    listed.add(Expression.text(each + close));
                }
            }
            text.keySet().stream().filter(List.of("pattern", "format", "minLength", "maxLength")::contains)
                    .forEach(key -> notes.unenforced(key, "the model's family writes text without quotes"));
        }
        boolean all = texts.stream().allMatch(text -> text.containsKey("enum"));
        return all && !listed.isEmpty() ? new Expression.Choice(listed) : until(json.rules(), close);
    }
}
