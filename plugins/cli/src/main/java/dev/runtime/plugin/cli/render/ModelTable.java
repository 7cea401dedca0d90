package dev.runtime.plugin.cli.render;

import dev.runtime.plugin.cli.client.ModelClient.Stored;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The table of stored models. */
public final class ModelTable {
    private static final int SHORT_ID = 12;

    private ModelTable() {}

    /** Prints those whose name starts with a prefix, in any case. */
    public static void print(List<Stored> models, String prefix, PrintStream out) {
        Table table = new Table("NAME", "ID", "SIZE", "MODIFIED");
        Instant now = Instant.now();
        for (Stored m : matching(models, prefix)) {
            table.row(m.name(), shortId(m.digest()), Numbers.bytes(m.size()), Numbers.relative(m.modified(), now));
        }
        table.print(out);
    }

    /** Returns those whose name starts with a prefix, in any case. */
    public static List<Stored> matching(List<Stored> models, String prefix) {
        String start = prefix.toLowerCase(Locale.ROOT);
        return models.stream().filter(m -> m.name().toLowerCase(Locale.ROOT).startsWith(start)).toList();
    }

    /** Returns the beginning of a digest, which is enough to tell models apart. */
    public static String shortId(String digest) {
        return digest.substring(0, Math.min(SHORT_ID, digest.length()));
    }
}
