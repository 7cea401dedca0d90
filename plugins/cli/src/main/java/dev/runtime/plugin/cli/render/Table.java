package dev.runtime.plugin.cli.render;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A table without rules: cells are padded to their column and followed by four blanks, the last header by one. */
public final class Table {
    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... header) {
        this.header = List.of(header);
    }

    public void row(String... cells) {
        rows.add(List.of(cells));
    }

    public void print(PrintStream out) {
        int columns = rows.stream().mapToInt(List::size).reduce(header.size(), Math::max);
        int[] widths = new int[columns];
        for (int c = 0; c < columns; c++) {
            int column = c;
            widths[c] = Math.max(column < header.size() ? header.get(column).length() : 0,
                    rows.stream().mapToInt(row -> column < row.size() ? row.get(column).length() : 0).max().orElse(0));
        }
        StringBuilder text = new StringBuilder();
        if (!header.isEmpty()) {
            for (int c = 0; c < header.size(); c++) {
                pad(text, header.get(c), widths[c] + (c < header.size() - 1 ? 4 : 1));
            }
            text.append('\n');
        }
        for (List<String> row : rows) {
            for (int c = 0; c < row.size(); c++) {
                pad(text, row.get(c), widths[c] + 4);
            }
            text.append('\n');
        }
        out.print(text);
        out.flush();
    }

    private static void pad(StringBuilder text, String cell, int width) {
        text.append(cell).repeat(' ', width - cell.length());
    }
}
