package dev.watchdog.healing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds the one thing that a text names, as docker does: by its whole id, by its whole name, or by the beginning of its
 * id when no other id begins so; in this order. Names are never completed: a command for {@code web} must not reach
 * {@code web-2} because {@code web} has gone. Immutable.
 *
 * @param <T> what is found
 */
public final class NameLookup<T> {
    /** The fewest characters of an id that are taken for the beginning of one. */
    static final int SHORTEST_PREFIX = 3;

    /** The most names that are offered when nothing is found, or several things are. */
    static final int MOST_OFFERED = 5;

    /** The most characters that are compared: names are untrusted and comparing costs their product. */
    private static final int MOST_COMPARED = 64;

    private final List<Entry<T>> entries;

    /** Looks among these. */
    public NameLookup(Collection<Entry<T>> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * What can be named.
     *
     * @param name may be empty, and others may have the same
     */
    public record Entry<T>(T value, String id, String name) {}

    /**
     * What came of it.
     *
     * @param found the one thing; empty when there is none, or more than one
     * @param offered what may have been meant, the nearest first; all that fit when there is more than one
     * @param ambiguous there is more than one
     */
    public record Result<T>(Optional<Entry<T>> found, List<Entry<T>> offered, boolean ambiguous) {
        /** Offers what may have been meant. */
        public Result {
            offered = List.copyOf(offered);
        }
    }

    /** Looks. */
    public Result<T> find(String asked) {
        List<Predicate<Entry<T>>> ways = List.of(
                entry -> entry.id().equals(asked),
                entry -> !asked.isEmpty() && entry.name().equals(asked),
                entry -> asked.length() >= SHORTEST_PREFIX && entry.id().startsWith(asked));
        for (Predicate<Entry<T>> way : ways) {
            List<Entry<T>> fit = entries.stream().filter(way).toList();
            if (fit.size() == 1) {
                return new Result<>(Optional.of(fit.get(0)), List.of(), false);
            } else if (fit.size() > 1) {
                return new Result<>(
                        Optional.empty(), fit.stream().limit(MOST_OFFERED).toList(), true);
            }
        }
        return new Result<>(Optional.empty(), nearest(asked), false);
    }

    private List<Entry<T>> nearest(String asked) {
        record Near<T>(Entry<T> entry, int distance) {}
        int most = Math.max(1, asked.length() / 3);
        List<Near<T>> near = new ArrayList<>();
        for (Entry<T> entry : entries) {
            int distance = Math.min(distance(asked, entry.name()), distance(asked, beginning(entry.id(), asked)));
            if (distance <= most) {
                near.add(new Near<>(entry, distance));
            }
        }
        return near.stream()
                .sorted(Comparator.<Near<T>>comparingInt(Near::distance)
                        .thenComparing(each -> each.entry().name())
                        .thenComparing(each -> each.entry().id()))
                .limit(MOST_OFFERED)
                .map(Near::entry)
                .toList();
    }

    private static String beginning(String id, String asked) {
        return id.substring(0, Math.min(id.length(), asked.length()));
    }

    /** 0 for what begins with it or holds it, whatever the case; otherwise how many letters are other ones. */
    private static int distance(String asked, String name) {
        String wanted = start(asked).toLowerCase(Locale.ROOT);
        String known = start(name).toLowerCase(Locale.ROOT);
        if (wanted.isEmpty() || known.isEmpty()) {
            return Integer.MAX_VALUE;
        }
        boolean holds = Math.min(wanted.length(), known.length()) >= SHORTEST_PREFIX
                && (known.contains(wanted) || wanted.contains(known));
        return holds ? 0 : edits(wanted, known);
    }

    private static String start(String text) {
        return text.substring(0, Math.min(text.length(), MOST_COMPARED));
    }

    /** The Levenshtein distance. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
