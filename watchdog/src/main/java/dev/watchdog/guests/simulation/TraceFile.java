package dev.watchdog.guests.simulation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * CSV with the header {@code time,guest,demand,cache}. A broken line is told once, by its number, and left out; of many the
 * first twenty are told, then how many more there are.
 */
public final class TraceFile {
    /** The first line. */
    public static final String HEADER = "time,guest,demand,cache";

    /** 1 PiB: beyond it a number is a mistake. */
    private static final double MOST = 1 << 30;

    private static final int MOST_GUESTS = 10_000;

    private static final int MOST_TOLD = 20;

    private TraceFile() {}

    private static final class Columns {
        private final List<double[]> rows = new ArrayList<>();

        Trace.Series series(String name) {
            int length = rows.size();
            double[][] columns = new double[3][length];
            for (int i = 0; i < length; i++) {
                for (int column = 0; column < columns.length; column++) {
                    columns[column][i] = rows.get(i)[column];
                }
            }
            return new Trace.Series(name, columns[0], columns[1], columns[2]);
        }
    }

    /**
     * Reads all of it.
     *
     * @param told gets one line for each broken one
     * @throws IOException when the reader fails, or the file has no row that can be used
     */
    public static Trace read(BufferedReader lines, Consumer<String> told) throws IOException {
        Map<String, Columns> guests = new LinkedHashMap<>();
        int number = 0;
        int broken = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || (number == 1 && text.equals(HEADER))) {
                continue;
            }
            String wrong = add(text, guests);
            if (number == 1) {
                wrong = wrong.isEmpty() ? "" : "the header must be " + HEADER;
            }
            if (!wrong.isEmpty() && ++broken <= MOST_TOLD) {
                told.accept("line " + number + ": " + wrong + "; it is left out");
            }
        }
        if (broken > MOST_TOLD) {
            told.accept(broken - MOST_TOLD + " more lines are broken; they are left out");
        }
        if (guests.isEmpty()) {
            throw new IOException("it has no line that can be used: it needs the header " + HEADER);
        }
        return new Trace(guests.entrySet().stream()
                .map(each -> each.getValue().series(each.getKey()))
                .toList());
    }

    private static String add(String text, Map<String, Columns> guests) {
        String[] cells = text.split(",", -1);
        if (cells.length != 4) {
            return "4 cells are needed, there are " + cells.length;
        }
        String name = cells[1].strip();
        if (name.isEmpty()) {
            return "the guest has no name";
        }
        double[] row = new double[3];
        try {
            row[0] = Double.parseDouble(cells[0].strip());
            row[1] = Double.parseDouble(cells[2].strip());
            row[2] = Double.parseDouble(cells[3].strip());
        } catch (NumberFormatException e) {
            return "time, demand and cache must be numbers";
        }
        for (double value : row) {
            if (!(value >= 0 && value <= MOST)) {
                return "a number is below zero or absurdly large";
            }
        }
        if (!guests.containsKey(name) && guests.size() >= MOST_GUESTS) {
            return "more than " + MOST_GUESTS + " guests";
        }
        Columns columns = guests.computeIfAbsent(name, key -> new Columns());
        if (!columns.rows.isEmpty() && row[0] <= columns.rows.get(columns.rows.size() - 1)[0]) {
            return "its time is not after the guest's line before";
        }
        columns.rows.add(row);
        return "";
    }

    /** Writes what {@link #read} reads, by time. */
    public static void write(Trace trace, Writer out) throws IOException {
        out.write(HEADER + "\n");
        int rows = trace.guests().get(0).seconds().length;
        for (int row = 0; row < rows; row++) {
            for (Trace.Series guest : trace.guests()) {
                out.write(String.format(
                        Locale.ROOT,
                        "%.0f,%s,%.0f,%.0f%n",
                        guest.seconds()[row],
                        guest.name(),
                        guest.demand()[row],
                        guest.cache()[row]));
            }
        }
    }
}
