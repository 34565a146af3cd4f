package dev.watchdog.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows in columns that fit the terminal: the widest columns give way first, and what is cut ends in three dots. */
final class Table {
    private static final String GAP = "  ";
    private static final int NARROWEST = 8;

    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();

    Table(List<String> head) {
        this.head = head.stream().map(each -> each.toUpperCase(Locale.ROOT)).toList();
    }

    void row(List<String> cells) {
        rows.add(cells.stream().map(Plain::of).toList());
    }

    /** Writes it; {@code width} 0 cuts nothing. */
    void print(PrintWriter out, int width) {
        int[] widths = widths();
        fit(widths, width);
        line(out, head, widths);
        rows.forEach(row -> line(out, row, widths));
        out.flush();
    }

    private int[] widths() {
        int[] widths = new int[head.size()];
        for (int i = 0; i < widths.length; i++) {
            int column = i;
            widths[i] = Math.max(
                    length(head.get(i)),
                    rows.stream().mapToInt(row -> length(row.get(column))).max().orElse(0));
        }
        return widths;
    }

    private static void fit(int[] widths, int width) {
        int room = width - GAP.length() * (widths.length - 1);
        int total = 0;
        for (int each : widths) {
            total += each;
        }
        while (width > 0 && total > room) {
            int widest = 0;
            for (int i = 1; i < widths.length; i++) {
                widest = widths[i] > widths[widest] ? i : widest;
            }
            if (widths[widest] <= NARROWEST) {
                return;
            }
            widths[widest]--;
            total--;
        }
    }

    private static void line(PrintWriter out, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = cut(cells.get(i), widths[i]);
            line.append(cell).append(" ".repeat(widths[i] - length(cell))).append(GAP);
        }
        out.println(line.toString().stripTrailing());
    }

    private static String cut(String text, int width) {
        return length(text) <= width ? text : text.substring(0, text.offsetByCodePoints(0, width - 3)) + "...";
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
