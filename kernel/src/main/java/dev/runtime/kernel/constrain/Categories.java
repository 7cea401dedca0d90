package dev.runtime.kernel.constrain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The general categories of Unicode, for {@code \p{L}} and the like. */
final class Categories {
    /** By {@link Character#getType}; the first letter names the group. */
    private static final Map<String, List<Integer>> TYPES = new HashMap<>();

    static {
        String[] names = {"Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Me", "Mc", "Nd", "Nl", "No", "", "Zs", "Zl", "Zp", "Cc", "Cf", "", "Co",
            "Cs", "Pd", "Ps", "Pe", "Pc", "Po", "Sm", "Sc", "Sk", "So", "Pi", "Pf"};
        for (int type = 0; type < names.length; type++) {
            if (!names[type].isEmpty()) {
                TYPES.computeIfAbsent(names[type], _ -> new ArrayList<>()).add(type);
                TYPES.computeIfAbsent(names[type].substring(0, 1), _ -> new ArrayList<>()).add(type);
            }
        }
        TYPES.put("Letter", TYPES.get("L"));
        TYPES.put("Number", TYPES.get("N"));
        TYPES.put("Punctuation", TYPES.get("P"));
        TYPES.put("Uppercase_Letter", TYPES.get("Lu"));
        TYPES.put("Lowercase_Letter", TYPES.get("Ll"));
        TYPES.put("digit", TYPES.get("Nd"));
    }

    private Categories() {}

    /** Reads a category in braces. */
    static CodePoints of(TextReader in, boolean not) {
        in.expect("{");
        StringBuilder name = new StringBuilder();
        while (!in.skip("}")) {
            name.appendCodePoint(in.take());
        }
        List<Integer> types = TYPES.get(name.toString());
        if (types == null) {
            throw in.wrong("'" + name + "' is no general category of Unicode");
        }
        List<Integer> ranges = new ArrayList<>();
        for (int c = 0; c <= CodePoints.LAST; c++) {
            int first = c;
            while (c <= CodePoints.LAST && types.contains(Character.getType(c))) {
                c++;
            }
            if (c > first) {
                ranges.add(first);
                ranges.add(c - 1);
            }
        }
        CodePoints set = CodePoints.of(ranges.stream().mapToInt(i -> i).toArray());
        return not ? set.complement() : set;
    }
}
