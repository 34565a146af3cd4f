package dev.watchdog.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** How many records of the commands' topic became what. Safe to use from any thread. */
final class CommandMeters {
    private static final String NAME = "watchdog.kafka.commands";

    private final MeterRegistry registry;

    CommandMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Hearing.Why why : Hearing.Why.values()) {
            counter(word(why));
        }
    }

    void skipped(Hearing.Why why) {
        count(word(why));
    }

    void count(String outcome) {
        counter(outcome).increment();
    }

    private static String word(Hearing.Why why) {
        return why.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Counter counter(String outcome) {
        return Counter.builder(NAME)
                .description("Records of the commands' topic, by what became of them.")
                .tag("outcome", outcome)
                .register(registry);
    }
}
