package dev.runtime.plugin.architectures;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** What a run over golden models found, a row a model and device, by family and weight type. */
final class GoldenTable {
    private final List<Row> rows = new ArrayList<>();

    /**
     * One model on one device.
     *
     * @param types the types of its tensors
     * @param nmse the largest normalised squared error of its results
     * @param error the largest error of one logit or element
     * @param reference what it was compared with
     * @param agreed greedy tokens that are the reference's
     * @param chosen greedy tokens that were chosen, 0 for embeddings
     * @param demanded those of them that are far enough from a tie
     */
    record Row(String family, String types, String model, String device, double nmse, double tolerance, double error, String reference, int agreed,
            int chosen, int demanded) {
        private String text() {
            String greedy = chosen == 0 ? "-" : agreed + " of " + chosen + ", " + demanded + " demanded";
            return String.format(Locale.ROOT, "%-16s %-12s %-24s %-12s %-9.2e %-9.1e %-9.2e %-18s %s", family, types, model, device, nmse, tolerance,
                    error, reference, greedy);
        }
    }

    synchronized void add(Row row) {
        rows.add(row);
    }

    /** Prints the table and writes it to {@code golden-models.txt} in the module's build folder. */
    synchronized void publish() throws IOException {
        rows.sort(Comparator.comparing(Row::family).thenComparing(Row::types).thenComparing(Row::model).thenComparing(Row::device));
        List<String> lines = new ArrayList<>();
        lines.add(String.format("%-16s %-12s %-24s %-12s %-9s %-9s %-9s %-18s %s", "family", "weights", "model", "device", "nmse", "tolerance",
                "max error", "reference", "greedy tokens"));
        rows.forEach(row -> lines.add(row.text()));
        TreeSet<String> families = new TreeSet<>();
        TreeSet<String> models = new TreeSet<>();
        rows.forEach(row -> {
            families.add(row.family());
            models.add(row.model());
        });
        lines.add(rows.size() + " rows within their tolerance: " + models.size() + " models of " + families.size() + " families");
        lines.forEach(System.out::println);
        Files.write(Files.createDirectories(Path.of(System.getProperty("basedir", "."), "target")).resolve("golden-models.txt"), lines);
    }
}
