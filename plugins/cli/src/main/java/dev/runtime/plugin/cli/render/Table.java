package dev.runtime.plugin.cli.render;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A table without rules: cells are padded to their column and followed by four blanks, the last header by one. Cells that are too
 * long go on between words in the lines below.
 */
public final class Table {
    private static final int GAP = 4;
    private static final int USUAL_LIMIT = 30;

    private final List<String> header;
    private final int limit;
    private final List<List<List<String>>> rows = new ArrayList<>();

    /** Creates with the limit of cells that is usual. */
    public Table(String... header) {
        this(USUAL_LIMIT, header);
    }

    /** Creates with another limit of cells, in columns. */
    public Table(int limit, String... header) {
        this.header = List.of(header);
        this.limit = limit;
    }

    /** Adds a row. */
    public void row(String... cells) {
        List<List<String>> row = new ArrayList<>();
        for (String cell : cells) {
            row.add(lines(cell));
        }
        rows.add(row);
    }

    /** Tells whether there is no row. */
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    private List<String> lines(String cell) {
        if (cell.length() <= limit) {
            return List.of(cell);
        }
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : cell.strip().split("\\s+")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > limit) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /** Prints. */
    public void print(PrintStream out) {
        int[] widths = widths();
        StringBuilder text = new StringBuilder();
        if (!header.isEmpty()) {
            for (int c = 0; c < header.size(); c++) {
                pad(text, header.get(c), widths[c] + (c < header.size() - 1 ? GAP : 1));
            }
            text.append('\n');
        }
        for (List<List<String>> row : rows) {
            int height = row.stream().mapToInt(List::size).max().orElse(0);
            for (int line = 0; line < height; line++) {
                for (int c = 0; c < row.size(); c++) {
                    pad(text, line < row.get(c).size() ? row.get(c).get(line) : "", widths[c] + GAP);
                }
                text.append('\n');
            }
        }
        out.print(text);
        out.flush();
    }

    private int[] widths() {
        int columns = rows.stream().mapToInt(List::size).reduce(header.size(), Math::max);
        int[] widths = new int[columns];
        for (int c = 0; c < header.size(); c++) {
            widths[c] = header.get(c).length();
        }
        for (List<List<String>> row : rows) {
            for (int c = 0; c < row.size(); c++) {
                for (String line : row.get(c)) {
                    widths[c] = Math.max(widths[c], line.length());
                }
            }
        }
        return widths;
    }

    private static void pad(StringBuilder text, String cell, int width) {
        text.append(cell).repeat(' ', width - cell.length());
    }
}
