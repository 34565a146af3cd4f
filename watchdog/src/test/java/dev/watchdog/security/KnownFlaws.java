package dev.watchdog.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The list of library versions that have a published flaw, {@code known-flaws.txt}.
 *
 * @param lookedAt when somebody last looked for new ones
 */
record KnownFlaws(LocalDate lookedAt, List<Flaw> flaws) {
    private static final String DATE = "looked-at:";
    private static final Pattern RANGE = Pattern.compile("([\\[(])([^,\\[(]+),([^,\\])]+)([\\])])");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    /**
     * One line of it.
     *
     * @param artifact group and name, with a colon
     */
    record Flaw(String artifact, List<Range> versions, String identifier, String what) {
        boolean concerns(String group, String name, String version) {
            boolean same = group.isEmpty() ? artifact.endsWith(":" + name) : artifact.equals(group + ":" + name);
            return same && versions.stream().anyMatch(range -> range.holds(version));
        }

        /** The first version without it, of the line that a version is of. */
        String remedy(String version) {
            return versions.stream()
                    .filter(range -> range.holds(version))
                    .map(range -> range.includesLast ? "later than " + range.last : range.last)
                    .findFirst()
                    .orElse("none");
        }
    }

    record Range(String first, String last, boolean includesFirst, boolean includesLast) {
        boolean holds(String version) {
            int afterFirst = compare(version, first);
            int afterLast = compare(version, last);
            return (includesFirst ? afterFirst >= 0 : afterFirst > 0)
                    && (includesLast ? afterLast <= 0 : afterLast < 0);
        }
    }

    static KnownFlaws read() throws IOException {
        try (InputStream in = KnownFlaws.class.getResourceAsStream("known-flaws.txt")) {
            return parse(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    static KnownFlaws parse(String text) {
        LocalDate date = LocalDate.EPOCH;
        List<Flaw> flaws = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith(DATE)) {
                date = LocalDate.parse(line.substring(DATE.length()).strip());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                String[] fields = line.split("\\|", -1);
                if (fields.length != 4 || !fields[0].strip().matches("[\\w.-]+:[\\w.-]+")) {
                    throw new IllegalArgumentException("known-flaws.txt: not four fields: " + line);
                }
                flaws.add(new Flaw(fields[0].strip(), ranges(fields[1]), fields[2].strip(), fields[3].strip()));
            }
        }
        return new KnownFlaws(date, List.copyOf(flaws));
    }

    private static List<Range> ranges(String text) {
        List<Range> ranges = new ArrayList<>();
        Matcher matcher = RANGE.matcher(text);
        while (matcher.find()) {
            ranges.add(new Range(
                    matcher.group(2),
                    matcher.group(3),
                    matcher.group(1).equals("["),
                    matcher.group(4).equals("]")));
        }
        if (ranges.isEmpty() || !RANGE.matcher(text).replaceAll("").isBlank()) {
            throw new IllegalArgumentException("known-flaws.txt: no range: " + text);
        }
        return ranges;
    }

    /** By the numbers in them, one after the other; what one lacks is zero. */
    static int compare(String one, String other) {
        List<Integer> left = numbers(one);
        List<Integer> right = numbers(other);
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            int order = Integer.compare(i < left.size() ? left.get(i) : 0, i < right.size() ? right.get(i) : 0);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static List<Integer> numbers(String version) {
        return NUMBER.matcher(version)
                .results()
                .map(found -> Integer.valueOf(found.group()))
                .toList();
    }
}
