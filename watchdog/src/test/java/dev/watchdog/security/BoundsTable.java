package dev.watchdog.security;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The table of bounds: the words of {@code bounds.txt} with the values that the constants have. */
final class BoundsTable {
    private static final String PACKAGE = "dev.watchdog.";
    private static final long KIBI = 1L << 10;
    private static final long MEBI = 1L << 20;

    private BoundsTable() {}

    /** As Markdown, with a line break at the end. */
    static String markdown() throws IOException {
        try (InputStream in = BoundsTable.class.getResourceAsStream("bounds.txt")) {
            return markdown(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    static String markdown(String list) {
        List<String> lines =
                new ArrayList<>(List.of("| what is bounded | by | at the bound | constant |", "|---|---|---|---|"));
        for (String line : list.lines().toList()) {
            if (line.startsWith("=")) {
                lines.add("| **" + line.substring(1).strip() + "** | | | |");
            } else if (!line.isBlank() && !line.startsWith("#")) {
                lines.add(row(line));
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private static String row(String line) {
        String[] fields = line.split("\\|", -1);
        if (fields.length != 4) {
            throw new IllegalArgumentException("bounds.txt: not four fields: " + line);
        }
        String constant = fields[1].strip();
        return "| " + fields[0].strip() + " | " + value(constant, fields[2].strip()) + " | " + fields[3].strip()
                + " | `" + constant.replace('$', '.') + "` |";
    }

    private static String value(String constant, String unit) {
        Object value = constant(constant);
        if (value instanceof Duration time) {
            boolean days = time.toDays() > 0 && time.equals(Duration.ofDays(time.toDays()));
            return days
                    ? time.toDays() + " days"
                    : time.toString().substring(1).replace("T", "").toLowerCase(Locale.ROOT);
        }
        long number = ((Number) value).longValue();
        if (!unit.equals("bytes")) {
            return String.format(Locale.ROOT, "%,d %s", number, unit);
        }
        if (number >= MEBI && number % MEBI == 0) {
            return number / MEBI + " MiB";
        }
        return number >= KIBI && number % KIBI == 0 ? number / KIBI + " KiB" : number + " bytes";
    }

    private static Object constant(String name) {
        int dot = name.lastIndexOf('.');
        try {
            Field field = Class.forName(PACKAGE + name.substring(0, dot)).getDeclaredField(name.substring(dot + 1));
            field.setAccessible(true);
            return Objects.requireNonNull(field.get(null));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    "bounds.txt: there is no constant " + name
                            + ": name the one that bounds it now, or take the line out",
                    e);
        }
    }
}
