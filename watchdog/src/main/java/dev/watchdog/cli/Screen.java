package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.watchdog.linux.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Draws each answer over the one before, on a terminal (ECMA-48). Each line is cleared only behind its new end, and all
 * goes out at once, so that nothing flickers; the cursor stays below, and nothing about the terminal is changed.
 */
final class Screen implements Display {
    private static final String HOME = "\u001b[H";
    private static final String END_LINE = "\u001b[K\n";
    private static final String CLEAR_BELOW = "\u001b[J";

    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9]*m");

    private final Global global;
    private final String name;
    private final Duration every;
    private final Function<JsonNode, Table> table;

    Screen(Global global, String name, Duration every, Function<JsonNode, Table> table) {
        this.global = global;
        this.name = name;
        this.every = every;
        this.table = table;
    }

    @Override
    public boolean show(JsonNode answer, Instant at, String trouble) {
        Terminal size = Terminal.now().orElse(new Terminal(0, global.width()));
        String head =
                name + " at " + at.truncatedTo(ChronoUnit.SECONDS) + ", every " + seconds(every) + " s; Ctrl-C ends";
        List<String> top = trouble.isEmpty() ? List.of(head) : List.of(head, "watchdog: " + Plain.of(trouble));
        global.out().print(drawn(top, table.apply(answer), size, global.style()));
        return !global.out().checkError();
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1_000 == 0
                ? String.valueOf(duration.toSeconds())
                : String.valueOf(duration.toMillis() / 1e3);
    }

    /** What is sent to a terminal of this size; 0 rows or columns cut nothing. */
    static String drawn(List<String> top, Table table, Terminal size, Style style) {
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text), style.at(size.columns()));
        List<String> lines = new ArrayList<>(top);
        text.toString().lines().forEach(lines::add);
        int room = Math.max(1, size.rows() - 1);
        if (size.rows() > 0 && lines.size() > room) {
            int kept = room - 1;
            String more = "... and " + (lines.size() - kept) + " more: the terminal is too low";
            lines = new ArrayList<>(lines.subList(0, kept));
            lines.add(more);
        }
        StringBuilder screen = new StringBuilder(HOME);
        lines.forEach(line -> screen.append(cut(line, size.columns())).append(END_LINE));
        return screen.append(CLEAR_BELOW).toString();
    }

    /** A line that does not fit loses its colours: half of a sequence would colour all that follows. */
    private static String cut(String coloured, int columns) {
        String line = COLOUR.matcher(coloured).replaceAll("");
        boolean fits = columns == 0 || line.codePointCount(0, line.length()) <= columns;
        return fits ? coloured : line.substring(0, line.offsetByCodePoints(0, columns));
    }
}
