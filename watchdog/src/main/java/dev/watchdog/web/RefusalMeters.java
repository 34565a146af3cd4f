package dev.watchdog.web;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * How many requests and connections were refused, by reasons that this server has: nothing that a client sends becomes a
 * label. Safe to use from any thread.
 */
final class RefusalMeters {
    private static final String NAME = "watchdog.http.refused";

    private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);

    /** Why, as the label has it in lower case. */
    enum Reason {
        /** It is not the HTTP that is taken here, or asks for what cannot be understood. */
        MALFORMED,
        /** Neither GET nor POST, or not the one that is taken there. */
        METHOD,
        /** It names another host, or takes this one for a proxy. */
        HOST,
        /** Its request line, head or body. */
        TOO_LARGE,
        /** It was not sent, or its answer not taken, in time. */
        TOO_SLOW,
        /** A command where none are taken. */
        FORBIDDEN,
        /** Too much is asked for at once, or the journal or the healer does not work: it may be tried again. */
        UNAVAILABLE,
        /** A connection that was closed because there are too many, or because another one needed its room. */
        NO_ROOM
    }

    /** Takes up the counters that the registry has already, or makes them at zero. */
    RefusalMeters(MeterRegistry registry) {
        for (Reason reason : Reason.values()) {
            Counter counter = Counter.builder(NAME)
                    .description("HTTP requests and connections that were refused, by reason.")
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .register(registry);
            counters.put(reason, counter);
        }
    }

    void count(Reason reason) {
        Counter counter = counters.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }

    /** A request is answered with this status; what it says is not there, or has been decided, was not refused. */
    void answered(int status) {
        switch (status) {
            case 400, 411, 415, 505 -> count(Reason.MALFORMED);
            case 403 -> count(Reason.FORBIDDEN);
            case 405 -> count(Reason.METHOD);
            case 408 -> count(Reason.TOO_SLOW);
            case 413, 414, 431 -> count(Reason.TOO_LARGE);
            case 421 -> count(Reason.HOST);
            case 503 -> count(Reason.UNAVAILABLE);
            default -> {}
        }
    }
}
