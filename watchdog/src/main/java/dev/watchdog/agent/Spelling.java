package dev.watchdog.agent;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds what somebody probably meant. */
final class Spelling {
    private Spelling() {}

    /** One line: the nearest known word, or all of them. */
    static String hint(String word, Collection<String> known) {
        return known.stream()
                .min(Comparator.<String>comparingInt(each -> distance(plain(word), plain(each)))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(each -> distance(plain(word), plain(each)) <= Math.max(1, each.length() / 3))
                .map(each -> "did you mean " + each + "?")
                .orElseGet(() -> known.stream().sorted().collect(Collectors.joining(", ", "known are ", "")));
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** Levenshtein: how many letters to change, add or take away. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
