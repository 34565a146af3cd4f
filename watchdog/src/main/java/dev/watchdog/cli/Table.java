package dev.watchdog.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows in columns that fit the terminal: sentences give way first, what names a row last, and what is cut ends in three
 * dots. A column that is empty in every row is left out.
 */
final class Table {
    private static final String GAP = "  ";
    private static final int NARROWEST = 8;
    private static final String STATE = "STATE";

    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();

    private Table(List<Column> columns) {
        this.columns = List.copyOf(columns);
    }

    static Table of(List<Column> columns) {
        return new Table(columns);
    }

    static Table of(Column... columns) {
        return new Table(List.of(columns));
    }

    void row(List<String> cells) {
        if (cells.size() != columns.size()) {
            throw new IllegalArgumentException(cells.size() + " cells for " + columns.size() + " columns");
        }
        rows.add(cells.stream().map(Plain::of).toList());
    }

    int size() {
        return rows.size();
    }

    void print(PrintWriter out, Style style) {
        List<Integer> shown = shown(style.wide());
        int[] widths = shown.stream().mapToInt(this::natural).toArray();
        fit(widths, shown, style.wide() ? 0 : style.width());
        out.println(line(columns.stream().map(Column::title).toList(), shown, widths, false));
        rows.forEach(row -> out.println(line(row, shown, widths, style.colour())));
        out.flush();
    }

    private List<Integer> shown(boolean wide) {
        return IntStream.range(0, columns.size())
                .filter(i -> wide || (!columns.get(i).wide() && (i == 0 || isFilled(i))))
                .boxed()
                .toList();
    }

    private boolean isFilled(int column) {
        return rows.isEmpty() || rows.stream().anyMatch(row -> !row.get(column).isEmpty());
    }

    private int natural(int column) {
        int widest =
                rows.stream().mapToInt(row -> length(row.get(column))).max().orElse(0);
        return Math.max(length(columns.get(column).title()), widest);
    }

    private void fit(int[] widths, List<Integer> shown, int width) {
        int room = width - GAP.length() * (widths.length - 1);
        for (Column.Gives turn : Column.Gives.values()) {
            while (width > 0 && IntStream.of(widths).sum() > room) {
                int widest = IntStream.range(0, widths.length)
                        .filter(i -> columns.get(shown.get(i)).gives() == turn && widths[i] > NARROWEST)
                        .reduce((a, b) -> widths[b] > widths[a] ? b : a)
                        .orElse(-1);
                if (widest < 0) {
                    break;
                }
                widths[widest]--;
            }
        }
    }

    private String line(List<String> cells, List<Integer> shown, int[] widths, boolean colour) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            boolean last = i == widths.length - 1;
            String whole = cells.get(shown.get(i));
            String cell = cut(whole, widths[i]);
            boolean state = colour && columns.get(shown.get(i)).title().equals(STATE);
            line.append(state ? StateColour.of(whole, cell) : cell);
            line.append(last ? "" : " ".repeat(widths[i] - length(cell)) + GAP);
        }
        return line.toString().stripTrailing();
    }

    private static String cut(String text, int width) {
        return length(text) <= width ? text : text.substring(0, text.offsetByCodePoints(0, width - 3)) + "...";
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
