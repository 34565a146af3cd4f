package dev.watchdog.guests;

import dev.watchdog.healing.DataSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import javax.xml.stream.XMLStreamReader;

/**
 * Gathers what a guest's owner wrote in the children of {@code <metadata>}: one element {@code memory} of our namespace.
 * What is not understood becomes part of one line, and the rest of the element holds. Confined to one reading.
 */
final class MetadataElement {
    /** Of version 1 of the element; libvirt keeps one element of each namespace. */
    static final String NAMESPACE = "https://watchdog.dev/libvirt/memory/1";

    private static final String NAME = "watchdog";
    private static final String PATH = "/libvirt/memory/1";
    private static final int MOST_PROBLEMS = 3;
    private static final int MOST_SHOWN = 40;

    private final List<String> problems = new ArrayList<>();
    private MemoryWishes wishes = MemoryWishes.NONE;
    private boolean strict;
    private boolean seen;
    private boolean filled;
    private int more;

    /**
     * Takes a child of {@code <metadata>}; true if it is ours, or looks as if it were meant to be, so that what is inside
     * is to be told here too.
     */
    boolean take(XMLStreamReader reader) {
        String namespace = reader.getNamespaceURI() == null ? "" : reader.getNamespaceURI();
        if (!isMeant(namespace, reader)) {
            return false;
        }
        if (!namespace.equals(NAMESPACE) || !reader.getLocalName().equals("memory")) {
            problem("the element " + shown(reader.getLocalName()) + " of '" + shown(namespace)
                    + "' is not known, only memory of " + NAMESPACE);
        } else if (seen) {
            problem("the element is there twice: the first one holds");
        } else {
            seen = true;
            for (int i = 0; i < reader.getAttributeCount(); i++) {
                String prefix = reader.getAttributePrefix(i);
                String name = reader.getAttributeLocalName(i);
                attribute(prefix == null || prefix.isEmpty() ? name : prefix + ":" + name, reader.getAttributeValue(i));
            }
        }
        return true;
    }

    /** By a namespace that names us, however it is spelt, or by an element of ours in no namespace or libvirt's place. */
    private static boolean isMeant(String namespace, XMLStreamReader reader) {
        if (!namespace.isEmpty()) {
            String spelt = namespace.toLowerCase(Locale.ROOT);
            return spelt.contains(NAME) || spelt.endsWith(PATH) || spelt.endsWith(PATH + "/");
        }
        return reader.getLocalName().toLowerCase(Locale.ROOT).equals("memory")
                || reader.getLocalName().toLowerCase(Locale.ROOT).contains(NAME);
    }

    /** Something is inside one of our elements. */
    void inside() {
        if (!filled) {
            filled = true;
            problem("the element must be empty: wishes are attributes");
        }
    }

    MemoryWishes wishes() {
        MemoryWishes found =
                new MemoryWishes(wishes.manage(), wishes.floor(), wishes.ceiling(), wishes.weight(), strict, "");
        if (found.contradict()) {
            problem("the floor " + found.floor().orElseThrow() + " is above the ceiling "
                    + found.ceiling().orElseThrow() + ": the ceiling is ignored");
            found = new MemoryWishes(found.manage(), found.floor(), Optional.empty(), found.weight(), strict, "");
        }
        if (problems.isEmpty()) {
            return found;
        }
        String line = "its metadata: " + String.join("; ", problems) + (more > 0 ? "; and " + more + " more" : "");
        return new MemoryWishes(found.manage(), found.floor(), found.ceiling(), found.weight(), strict, line);
    }

    private void problem(String what) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(what);
        } else {
            more++;
        }
    }

    private void attribute(String name, String value) {
        switch (name) {
            case "manage" ->
                wishes = with(
                        read(name, value, MetadataElement::yesOrNo), wishes.floor(), wishes.ceiling(), wishes.weight());
            case "floor" ->
                wishes = with(
                        wishes.manage(), read(name, value, MetadataElement::size), wishes.ceiling(), wishes.weight());
            case "ceiling" ->
                wishes = with(
                        wishes.manage(), wishes.floor(), read(name, value, MetadataElement::size), wishes.weight());
            case "weight" ->
                wishes = with(
                        wishes.manage(), wishes.floor(), wishes.ceiling(), read(name, value, MetadataElement::weight));
            case "overcommit" ->
                strict = read(name, value, MetadataElement::strictOrNot).orElse(true);
            default -> problem(shown(name) + " is not known: manage, floor, ceiling and weight are, and overcommit");
        }
    }

    private <T> Optional<T> read(String name, String value, Function<String, T> how) {
        try {
            return Optional.of(how.apply(value));
        } catch (IllegalArgumentException e) {
            problem(name + " " + e.getMessage() + ", not '" + shown(value) + "'");
            return Optional.empty();
        }
    }

    private static MemoryWishes with(
            Optional<Boolean> manage, Optional<DataSize> floor, Optional<DataSize> ceiling, Optional<Double> weight) {
        return new MemoryWishes(manage, floor, ceiling, weight, "");
    }

    private static boolean yesOrNo(String text) {
        if (text.equals("yes") || text.equals("no")) {
            return text.equals("yes");
        }
        throw new IllegalArgumentException("must be yes or no");
    }

    /** The two ways of vm.overcommit_memory that differ: 2, and the rest. */
    private static boolean strictOrNot(String text) {
        if (text.equals("strict") || text.equals("heuristic")) {
            return text.equals("strict");
        }
        throw new IllegalArgumentException("must be strict or heuristic");
    }

    private static DataSize size(String text) {
        return MemoryWishes.checkSize(DataSize.parse(text));
    }

    private static double weight(String text) {
        // Double.parseDouble takes "1d", "0x1p1" and spaces
        return MemoryWishes.checkWeight(text.matches("[0-9]{1,3}(\\.[0-9]{1,6})?") ? Double.parseDouble(text) : -1);
    }

    /** Short and fit for one line: no control, formatting or separating characters. */
    private static String shown(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .limit(MOST_SHOWN)
                .forEach(point -> clean.append(
                        Character.getType(point) == Character.CONTROL
                                        || Character.getType(point) == Character.FORMAT
                                        || Character.getType(point) == Character.SURROGATE
                                        || Character.getType(point) == Character.LINE_SEPARATOR
                                        || Character.getType(point) == Character.PARAGRAPH_SEPARATOR
                                ? "?"
                                : Character.toString(point)));
        return clean + (text.codePointCount(0, text.length()) > MOST_SHOWN ? "…" : "");
    }
}
