package dev.watchdog.events;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Copies the facts of an {@link Evidence} into values that cannot change, that JSON can hold, and that come back from
 * JSON as they were. Copying a copy changes nothing.
 */
final class Facts {
    /** All names and values together, in characters, so that even if each is escaped as six they make 384 KiB of JSON. */
    private static final int MOST_CHARACTERS = 65_536;

    /** Far below the 32 levels that readers of events accept. */
    private static final int DEEPEST = 16;

    /** What a number, a boolean, or the brackets and commas around something are reckoned at. */
    private static final int NUMBER = 24;

    private static final int PUNCTUATION = 4;

    private int left = MOST_CHARACTERS;
    private boolean truncated;

    private Facts() {}

    static Map<String, Object> copyOf(Map<?, ?> facts) {
        Facts copier = new Facts();
        Map<String, Object> copy = copier.map(facts, 1);
        if (copier.truncated) {
            copy.put(Evidence.TRUNCATED, true);
        }
        return Collections.unmodifiableMap(copy);
    }

    private Map<String, Object> map(Map<?, ?> facts, int depth) {
        Map<String, Object> copy = new LinkedHashMap<>();
        facts.forEach((key, value) -> {
            if (value == null) {
                return;
            }
            String name = Text.fit(String.valueOf(key));
            Object kept = fits(name.length() + PUNCTUATION) ? value(value, depth) : null;
            if (kept != null) {
                copy.put(name, kept);
            }
        });
        return copy;
    }

    private List<Object> list(Collection<?> items, int depth) {
        List<Object> copy = new ArrayList<>();
        for (Object item : items) {
            Object kept = item == null ? null : value(item, depth);
            if (kept != null) {
                copy.add(kept);
            }
        }
        return Collections.unmodifiableList(copy);
    }

    private @Nullable Object value(Object value, int depth) {
        if (value instanceof Map<?, ?> map) {
            return goesDeeper(depth) ? Collections.unmodifiableMap(map(map, depth + 1)) : null;
        }
        if (value instanceof Collection<?> items) {
            return goesDeeper(depth) ? list(items, depth + 1) : null;
        }
        Object scalar = value instanceof Number number ? number(number) : value;
        if (scalar instanceof Number || scalar instanceof Boolean) {
            return fits(NUMBER) ? scalar : null;
        }
        String text = Text.fit(String.valueOf(scalar));
        return fits(text.length() + PUNCTUATION) ? text : null;
    }

    /** A Long or a Double where one says the same, else the digits as text: JSON has no other numbers for everyone. */
    private static Object number(Number number) {
        if (number instanceof Long) {
            return number;
        }
        if (number instanceof Integer
                || number instanceof Short
                || number instanceof Byte
                || number instanceof AtomicInteger
                || number instanceof AtomicLong) {
            return number.longValue();
        }
        if (number instanceof BigInteger big) {
            return big.bitLength() < Long.SIZE ? (Object) big.longValue() : big.toString();
        }
        // through its text: 0.1f means 0.1, not 0.10000000149011612
        double real = number instanceof Float ? Double.parseDouble(number.toString()) : number.doubleValue();
        return Double.isFinite(real) ? (Object) real : number.toString();
    }

    private boolean goesDeeper(int depth) {
        if (depth == DEEPEST) {
            truncated = true;
        }
        return depth < DEEPEST && fits(PUNCTUATION);
    }

    private boolean fits(int characters) {
        if (characters > left) {
            truncated = true;
            return false;
        }
        left -= characters;
        return true;
    }
}
