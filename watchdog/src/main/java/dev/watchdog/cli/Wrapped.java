package dev.watchdog.cli;

import java.util.ArrayList;
import java.util.List;

/** A paragraph in lines that fit the terminal, each two columns in. */
final class Wrapped {
    private static final String MARGIN = "  ";
    private static final int USUAL = 100;
    private static final int NARROWEST = 30;

    private Wrapped() {}

    /** {@code width} 0 when nobody knows it. A word that is too long gets a line of its own, uncut. */
    static List<String> lines(String text, int width) {
        int room = width == 0 ? USUAL : Math.max(NARROWEST, Math.min(width, USUAL));
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(MARGIN);
        for (String word : List.of(text.strip().split(" +", -1))) {
            if (line.length() > MARGIN.length() && line.length() + 1 + word.length() > room) {
                lines.add(line.toString());
                line = new StringBuilder(MARGIN);
            }
            line.append(line.length() > MARGIN.length() ? " " : "").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
