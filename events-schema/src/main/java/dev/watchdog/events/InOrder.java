package dev.watchdog.events;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Immutable copies that keep the order they were given in, so that the same event is always the same text. */
final class InOrder {
    private InOrder() {}

    /** @throws NullPointerException if a name or a value is null */
    static <V> Map<String, V> copyOf(Map<String, V> map) {
        Map<String, V> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> copy.put(Objects.requireNonNull(name), Objects.requireNonNull(value)));
        return Collections.unmodifiableMap(copy);
    }
}
