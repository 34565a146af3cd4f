package dev.watchdog.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The failures of one unit, and what follows from them. Pure.
 *
 * @param recent when it failed within the last minute, in time since boot
 * @param inARow failures without a minute of peace between them
 */
record Strikes(List<Duration> recent, int inARow) {
    static final Strikes NONE = new Strikes(List.of(), 0);

    /** This many failures within {@link #PEACE} end the process when the unit is a core one. */
    static final int MOST = 5;

    static final Duration PEACE = Duration.ofMinutes(1);
    private static final Duration FIRST_DELAY = Duration.ofMillis(100);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

    Strikes {
        recent = List.copyOf(recent);
    }

    /** One more, after the unit had lived for {@code lived}. */
    Strikes failed(Duration now, Duration lived) {
        List<Duration> kept = new ArrayList<>(
                recent.stream().filter(at -> now.minus(at).compareTo(PEACE) < 0).toList());
        kept.add(now);
        return new Strikes(kept, lived.compareTo(PEACE) >= 0 ? 1 : inARow + 1);
    }

    /** How long to wait before it is started again: 100 ms, doubling to 30 s. */
    Duration delay() {
        Duration delay = FIRST_DELAY;
        for (int i = 1; i < inARow && delay.compareTo(LONGEST_DELAY) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
    }

    boolean tooMany() {
        return recent.size() >= MOST;
    }
}
