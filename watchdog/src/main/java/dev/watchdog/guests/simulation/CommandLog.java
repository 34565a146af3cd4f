package dev.watchdog.guests.simulation;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;

/**
 * Every target of a replay, the starting sizes first: with the trace and the physics stated in {@link Machine} anyone can
 * integrate the figures again.
 */
public final class CommandLog {
    private CommandLog() {}

    /** CSV with the header {@code time,policy,guest,targetMiB,actualMiB}. */
    public static void write(List<Outcome> outcomes, Writer out) throws IOException {
        out.write("time,policy,guest,targetMiB,actualMiB\n");
        for (Outcome outcome : outcomes) {
            for (Outcome.Order order : outcome.orders()) {
                out.write(String.format(
                        Locale.ROOT,
                        "%.1f,%s,%s,%.1f,%.1f%n",
                        order.time(),
                        outcome.policy(),
                        order.guest(),
                        order.target(),
                        order.actual()));
            }
        }
    }
}
