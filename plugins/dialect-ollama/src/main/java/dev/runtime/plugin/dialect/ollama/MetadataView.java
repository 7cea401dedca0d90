package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.model.Metadata;
import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A model's metadata as {@code model_info} shows it. */
final class MetadataView {
    /** Shown elsewhere, or not at all. */
    private static final Set<String> HIDDEN = Set.of("general.name", "tokenizer.chat_template");
    /** Longer arrays, vocabularies above all, are shown on demand only. */
    private static final int LONGEST = 64;

    private MetadataView() {}

    static Map<String, Object> of(Metadata metadata, boolean verbose) {
        Map<String, Object> view = new LinkedHashMap<>();
        metadata.asMap().forEach((key, value) -> {
            if (!HIDDEN.contains(key)) {
                boolean array = value.getClass().isArray();
                view.put(key, !array ? value : verbose || Array.getLength(value) <= LONGEST ? list(value) : null);
            }
        });
        return view;
    }

    private static Object list(Object array) {
        return switch (array) {
            case long[] a -> a;
            case float[] a -> a;
            case double[] a -> {
                List<Object> list = new ArrayList<>(a.length);
                for (double each : a) {
                    list.add(each);
                }
                yield list;
            }
            case boolean[] a -> {
                List<Object> list = new ArrayList<>(a.length);
                for (boolean each : a) {
                    list.add(each);
                }
                yield list;
            }
            case byte[][] a -> {
                List<Object> list = new ArrayList<>(a.length);
                for (byte[] each : a) {
                    list.add(new String(each, StandardCharsets.UTF_8));
                }
                yield list;
            }
            default -> throw new IllegalArgumentException("no metadata value: " + array.getClass());
        };
    }
}
