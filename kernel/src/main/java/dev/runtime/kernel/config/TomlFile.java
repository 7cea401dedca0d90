package dev.runtime.kernel.config;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** The configuration file. Apart from its caller so that its parser is loaded only where a file exists. */
final class TomlFile {
    private static final int MAX_BYTES = 1 << 20;

    private TomlFile() {}

    /**
     * Reads a file into values by dotted key name: texts, or lists of texts.
     *
     * @throws RuntimeFailure with {@code config.invalid} and the place of the fault
     */
    static Map<String, Object> read(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.CONFIG_INVALID,
                    "cannot read the configuration file " + file + " (" + e.getClass().getSimpleName() + "); check that it is readable", e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new RuntimeFailure(ErrorCode.CONFIG_INVALID,
                    "the configuration file " + file + " is longer than " + MAX_BYTES + " bytes; is it the right file?");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        try {
            JsonNode root = new TomlMapper().readTree(new String(bytes, StandardCharsets.UTF_8));
            flatten(file, "", root, values);
        } catch (JacksonException e) {
            String place = e.getLocation() == null ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
            // without a cause: its message quotes the source, which may hold a secret
            throw new RuntimeFailure(ErrorCode.CONFIG_INVALID,
                    "the configuration file " + file + " is no valid TOML" + place + "; texts need quotes, as in name = \"value\"");
        }
        return values;
    }

    private static void flatten(Path file, String prefix, JsonNode table, Map<String, Object> values) {
        for (Map.Entry<String, JsonNode> entry : table.properties()) {
            String name = prefix + entry.getKey();
            JsonNode node = entry.getValue();
            if (node.isObject()) {
                flatten(file, name + ".", node, values);
            } else if (node.isArray()) {
                List<String> list = new ArrayList<>();
                for (JsonNode element : node) {
                    if (element.isContainer()) {
                        throw new RuntimeFailure(ErrorCode.CONFIG_INVALID,
                                name + " in " + file + " holds a table or a list inside its list; expected plain values");
                    }
                    list.add(element.asString());
                }
                values.put(name, List.copyOf(list));
            } else {
                values.put(name, node.asString());
            }
        }
    }
}
