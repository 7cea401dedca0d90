package dev.runtime.plugin.templates.jinja;

import java.util.ArrayList;
import java.util.List;

/** Subscripts with bounds, and single items by index, with Python's negative indices. */
final class Slices {
    private Slices() {}

    /** Returns {@code value[from:to:step]}; null bounds are open. */
    static Object slice(Object value, Object from, Object to, Object step, Budget budget) {
        long stride = step == null ? 1 : index(step);
        if (stride == 0) {
            throw TemplateError.type("slice step cannot be zero");
        }
        if (value instanceof String text) {
            if (stride == 1 && CodePoints.simple(text)) {
                int start = (int) bound(from, 0, text.length(), 1);
                int end = (int) bound(to, text.length(), text.length(), 1);
                budget.text(Math.max(0, end - start));
                return start < end ? text.substring(start, end) : "";
            }
            StringBuilder out = new StringBuilder();
            for (Object character : picked(Values.items(text, budget), from, to, stride, budget)) {
                out.append((String) character);
            }
            return out.toString();
        }
        if (value instanceof List<?> list) {
            List<Object> picked = picked(list, from, to, stride, budget);
            return list instanceof Tuple ? new Tuple(picked) : picked;
        }
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        throw TemplateError.type("'" + Values.typeName(value) + "' object cannot be sliced");
    }

    private static List<Object> picked(List<?> list, Object from, Object to, long stride, Budget budget) {
        int size = list.size();
        List<Object> picked = new ArrayList<>();
        if (stride > 0) {
            long end = bound(to, size, size, 1);
            for (long i = bound(from, 0, size, 1); i < end; i += stride) {
                picked.add(list.get((int) i));
            }
        } else {
            long end = bound(to, -1, size, -1);
            for (long i = bound(from, size - 1, size, -1); i > end; i += stride) {
                picked.add(list.get((int) i));
            }
        }
        budget.items(picked.size());
        return picked;
    }

    /** Returns a bound inside of [0, size], or for a step back inside of [-1, size - 1]. */
    private static long bound(Object given, long open, int size, int direction) {
        if (given == null) {
            return open;
        }
        long index = index(given);
        if (index < 0) {
            index += size;
        }
        return direction > 0 ? Math.clamp(index, 0, size) : Math.clamp(index, -1, size - 1);
    }

    private static long index(Object value) {
        return switch (value) {
            case Long number -> Math.clamp(number, -Budget.MAX_TEXT * 4L, Budget.MAX_TEXT * 4L);
            case Boolean flag -> flag ? 1 : 0;
            case Undefined undefined -> throw undefined.error();
            case null, default -> throw TemplateError.type("slice indices must be integers, not " + Values.typeName(value));
        };
    }

    /** Returns {@code list[index]}, undefined if there is none. */
    static Object item(List<?> list, long index) {
        long i = index < 0 ? index + list.size() : index;
        return i >= 0 && i < list.size() ? list.get((int) i) : new Undefined("list object has no element " + index);
    }

    /** Returns the character {@code text[index]}, undefined if there is none. */
    static Object item(String text, long index) {
        int length = text.codePointCount(0, text.length());
        long i = index < 0 ? index + length : index;
        if (i < 0 || i >= length) {
            return new Undefined("str object has no element " + index);
        }
        int start = text.offsetByCodePoints(0, (int) i);
        return Character.toString(text.codePointAt(start));
    }
}
