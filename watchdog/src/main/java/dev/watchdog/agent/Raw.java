package dev.watchdog.agent;

import java.util.List;
import java.util.Map;

/** A piece of configuration as it was written, before anyone knows what it should be. */
sealed interface Raw {
    Source source();

    /** One value; empty when nothing was written. */
    record Text(String text, Source source) implements Raw {}

    /** Several values. */
    record Items(List<Raw> items, Source source) implements Raw {}

    /** A section, in the order it was written. */
    record Fields(Map<String, Raw> fields, Source source) implements Raw {}
}
