package dev.watchdog.cli;

import java.util.Map;

/** Colours the word for a state: red is broken, yellow wants attention, green is well; anything else stays as it is. */
final class StateColour {
    private static final String END = "\u001b[0m";
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String YELLOW = "\u001b[33m";

    /** By the first word of the cell. */
    private static final Map<String, String> COLOURS = Map.ofEntries(
            Map.entry("faulty", RED),
            Map.entry("failed", RED),
            Map.entry("interrupted", RED),
            Map.entry("unknown", YELLOW),
            Map.entry("unseen", YELLOW),
            Map.entry("warning", YELLOW),
            Map.entry("waiting", YELLOW),
            Map.entry("refused", YELLOW),
            Map.entry("running", YELLOW),
            Map.entry("healthy", GREEN),
            Map.entry("connected", GREEN),
            Map.entry("succeeded", GREEN),
            Map.entry("cleared", GREEN));

    private StateColour() {}

    /** @param padded the cell as it is written, which keeps its width */
    static String of(String cell, String padded) {
        int space = cell.indexOf(' ');
        String colour = COLOURS.get(space < 0 ? cell : cell.substring(0, space));
        return colour == null ? padded : colour + padded + END;
    }
}
