package dev.runtime.plugin.cli.bench;

import dev.runtime.api.inference.LoadedModel;
import dev.runtime.plugin.cli.render.JsonOutput;
import dev.runtime.plugin.cli.render.Table;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints measurements: as a table for people, as CSV or JSON for scripts. */
public final class BenchReport {
    private final LoadedModel model;
    private final List<BenchRow> rows;

    /** Creates a report of one model's measurements. */
    public BenchReport(LoadedModel model, List<BenchRow> rows) {
        this.model = model;
        this.rows = List.copyOf(rows);
    }

    /** Prints a table. */
    public void table(PrintStream out) {
        Table table = new Table("TEST", "MEDIAN", "LEAST", "MOST", "UNIT");
        for (BenchRow row : rows) {
            table.row(row.name(), number(row.median()), number(row.least()), number(row.most()), row.unit());
        }
        out.println(model.info().name() + " on " + model.device());
        table.print(out);
    }

    /** Prints comma-separated values with a header. */
    public void csv(PrintStream out) {
        out.println("model,device,test,unit,median,least,most,rounds");
        for (BenchRow row : rows) {
            out.println(String.join(",", quoted(model.info().name()), quoted(model.device()), quoted(row.name()), row.unit(),
                    number(row.median()), number(row.least()), number(row.most()), String.valueOf(row.values().length)));
        }
        out.flush();
    }

    /** Prints one JSON object. */
    public void json(PrintStream out) {
        List<Object> tests = new ArrayList<>();
        for (BenchRow row : rows) {
            Map<String, Object> test = new LinkedHashMap<>();
            test.put("test", row.name());
            test.put("unit", row.unit());
            test.put("median", row.median());
            test.put("values", Arrays.stream(row.values()).boxed().toList());
            tests.add(test);
        }
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("model", model.info().name());
        report.put("device", model.device());
        report.put("context_length", model.contextLength());
        report.put("tests", tests);
        JsonOutput.print(out, report);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.1f", value);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
