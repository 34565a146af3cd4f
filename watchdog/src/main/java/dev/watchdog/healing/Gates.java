package dev.watchdog.healing;

import java.time.Duration;

/**
 * The numbers behind the gates. The defaults are those DESIGN.md ships; tests and benchmarks run on them.
 *
 * @param coolDown the wait after the first failed action, doubling with each further one
 * @param coolDownMost the longest wait
 * @param forgetAfter failures are forgotten after so much health
 * @param flapLosses so many losses of one subject within {@code flapWindow} make it wait for a person
 * @param budgetLeast actions of a kind per {@code budgetWindow}: the larger of this and {@code budgetPerSubject} times
 *     the number of subjects
 * @param freshFor a sight older than this is stale: look again before deciding to act
 */
public record Gates(
        Duration coolDown,
        Duration coolDownMost,
        Duration forgetAfter,
        int flapLosses,
        Duration flapWindow,
        int budgetLeast,
        int budgetPerSubject,
        Duration budgetWindow,
        Duration freshFor) {
    /** As shipped. */
    public static final Gates SHIPPED = new Gates(
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            Duration.ofHours(1),
            5,
            Duration.ofMinutes(10),
            200,
            2,
            Duration.ofMinutes(1),
            Duration.ofSeconds(5));

    Duration coolDownAfter(int failures) {
        Duration wait = coolDown;
        for (int i = 1; i < failures && wait.compareTo(coolDownMost) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(coolDownMost) > 0 ? coolDownMost : wait;
    }
}
