package dev.runtime.plugin.cli.render;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The overview of a model, from the server's description of it: one small table for each kind of facts. */
public final class ModelCard {
    private static final int TEXT_LIMIT = 100;
    private static final int ARRAY_WIDTH = 10;
    private static final int SHOWN_LINES = 2;

    private ModelCard() {}

    /**
     * Prints.
     *
     * @param model the reply of {@code /api/show}
     * @param verbose whether to print all metadata and tensors too
     */
    public static void overview(JsonNode model, boolean verbose, PrintStream out) {
        section("Model", facts(model), out);
        Table capabilities = new Table();
        model.path("capabilities").forEach(c -> capabilities.row("", c.asString()));
        section("Capabilities", capabilities, out);
        section("Projector", projector(model.path("projector_info")), out);
        Table parameters = new Table();
        model.path("parameters").asString("").lines().forEach(line -> parameters.row(cells(line.strip().split("\\s+"))));
        section("Parameters", parameters, out);
        if (verbose) {
            Table metadata = new Table();
            sorted(model.path("model_info")).forEach((key, value) -> metadata.row("", key, value(value)));
            section("Metadata", metadata, out);
            Table tensors = new Table();
            model.path("tensors").forEach(t -> tensors.row("", t.path("name").asString(""), t.path("type").asString(""), shape(t.path("shape"))));
            section("Tensors", tensors, out);
        }
        section("System", text(model.path("system").asString("")), out);
        section("License", text(model.path("license").asString("")), out);
        out.flush();
    }

    private static Table facts(JsonNode model) {
        Table table = new Table();
        JsonNode info = model.path("model_info");
        JsonNode details = model.path("details");
        row(table, "Remote model", model.path("remote_model").asString(""));
        row(table, "Remote URL", model.path("remote_host").asString(""));
        String architecture = info.path("general.architecture").asString(details.path("family").asString(""));
        String size = details.path("parameter_size").asString("");
        row(table, "architecture", architecture);
        row(table, "parameters", size.isEmpty() ? Numbers.count(info.path("general.parameter_count").asLong(0)) : size);
        row(table, "context length", number(info.path(architecture + ".context_length")));
        row(table, "embedding length", number(info.path(architecture + ".embedding_length")));
        row(table, "quantization", details.path("quantization_level").asString(""));
        row(table, "requires", model.path("requires").asString(""));
        return table;
    }

    private static Table projector(JsonNode info) {
        Table table = new Table();
        String architecture = info.path("general.architecture").asString("");
        row(table, "architecture", architecture);
        row(table, "parameters", Numbers.count(info.path("general.parameter_count").asLong(0)));
        for (String kind : List.of("vision", "audio")) {
            if (info.has(architecture + "." + kind + ".embedding_length")) {
                row(table, "embedding length", number(info.path(architecture + "." + kind + ".embedding_length")));
                row(table, "dimensions", number(info.path(architecture + "." + kind + ".projection_dim")));
                break;
            }
        }
        return table;
    }

    private static void row(Table table, String label, String value) {
        if (!value.isEmpty()) {
            table.row("", label, value);
        }
    }

    private static String number(JsonNode node) {
        return node.isNumber() ? general(node.asDouble()) : "";
    }

    private static String[] cells(String[] words) {
        List<String> cells = new ArrayList<>(List.of(words));
        cells.addFirst("");
        return cells.toArray(String[]::new);
    }

    private static Table text(String text) {
        Table table = new Table(TEXT_LIMIT);
        List<String> lines = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        lines.stream().limit(SHOWN_LINES).forEach(line -> table.row("", line));
        if (lines.size() > SHOWN_LINES) {
            table.row("", "...");
        }
        return table;
    }

    private static void section(String title, Table rows, PrintStream out) {
        if (!rows.isEmpty()) {
            out.println("  " + title);
            rows.print(out);
            out.println();
        }
    }

    private static Map<String, JsonNode> sorted(JsonNode object) {
        Map<String, JsonNode> sorted = new TreeMap<>();
        object.properties().forEach(e -> sorted.put(e.getKey(), e.getValue()));
        return sorted;
    }

    private static String value(JsonNode value) {
        if (value.isArray()) {
            return array(value);
        }
        return value.isNumber() ? general(value.asDouble()) : value.isNull() ? "<nil>" : value.isObject() ? "object" : value.asString("");
    }

    private static String array(JsonNode array) {
        StringBuilder text = new StringBuilder("[");
        int shown = 0;
        for (JsonNode each : array) {
            String item = value(each);
            if (shown > 0 && text.length() + item.length() + 2 > ARRAY_WIDTH) {
                break;
            }
            text.append(shown++ == 0 ? "" : " ").append(item);
        }
        return text + (shown < array.size() ? " ...+" + (array.size() - shown) + " more]" : "]");
    }

    private static String shape(JsonNode shape) {
        List<String> sizes = new ArrayList<>();
        shape.forEach(n -> sizes.add(n.asString()));
        return "[" + String.join(" ", sizes) + "]";
    }

    /** A number in its shortest form, with an exponent from a million on, as the tables of model tools have it. */
    public static String general(double value) {
        if (value == 0) {
            return "0";
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= -4 && exponent < 6) {
            return exact.toPlainString();
        }
        String digits = exact.unscaledValue().abs().toString();
        return (value < 0 ? "-" : "") + digits.charAt(0) + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + String.format("e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
}
