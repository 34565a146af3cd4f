package dev.watchdog.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What a benchmark measured: rows of figures, as a table and as JSON. */
final class Report {
    private static final double MICROS = 1_000.0;

    private final Map<String, Object> figures = new LinkedHashMap<>();
    private final List<String> lines = new ArrayList<>();

    /** Microseconds, told in milliseconds. */
    void times(String name, Histogram micros, String target) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("n", micros.getTotalCount());
        row.put("p50Millis", micros.getValueAtPercentile(50) / MICROS);
        row.put("p90Millis", micros.getValueAtPercentile(90) / MICROS);
        row.put("p99Millis", micros.getValueAtPercentile(99) / MICROS);
        row.put("maxMillis", micros.getMaxValue() / MICROS);
        figures.put(name, row);
        tell(String.format(
                Locale.ROOT,
                "%-46s %6d %9.2f %9.2f %9.2f %9.2f   %s",
                name,
                micros.getTotalCount(),
                micros.getValueAtPercentile(50) / MICROS,
                micros.getValueAtPercentile(90) / MICROS,
                micros.getValueAtPercentile(99) / MICROS,
                micros.getMaxValue() / MICROS,
                target));
    }

    /** One number. */
    void figure(String name, double value, String unit, String target) {
        figures.put(name, Map.of("value", value, "unit", unit));
        tell(String.format(Locale.ROOT, "%-46s %9.3f %-10s   %s", name, value, unit, target));
    }

    /** Several numbers that belong together. */
    void row(String name, Map<String, Double> numbers) {
        figures.put(name, numbers);
        StringBuilder line = new StringBuilder(String.format("%-66s", name));
        numbers.forEach((key, value) -> line.append(String.format(Locale.ROOT, " %s %.3f", key, value)));
        tell(line.toString());
    }

    /** A word about the run. */
    void note(String name, String text) {
        figures.put(name, text);
        tell(String.format("%-46s %s", name, text));
    }

    /** At once as well: a run takes half an hour. */
    private void tell(String line) {
        System.err.println(line);
        lines.add(line);
    }

    Map<String, Object> json() {
        return figures;
    }

    String table() {
        return String.format(
                        "%n%-46s %6s %9s %9s %9s %9s   %s%n", "", "n", "p50 ms", "p90 ms", "p99 ms", "max ms", "target")
                + String.join("\n", lines) + "\n";
    }

    static Histogram micros() {
        return new Histogram(3);
    }
}
