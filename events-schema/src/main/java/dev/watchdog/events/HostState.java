package dev.watchdog.events;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A host and its watchdog, as they are now.
 *
 * @param host the host's id, which is the key of its records
 * @param name what people call it
 * @param labels what commands may select it by
 * @param version of the watchdog
 * @param startedAt when this watchdog started
 * @param mode for every fault kind that {@code modes} does not name: {@code observe}, {@code propose} or {@code heal}
 * @param modes by fault kind
 * @param pauses which keep it from acting now
 * @param blind the sensors that cannot see now
 * @param openFaults how many are open; they themselves are told with their subjects
 * @param validUntil from when on this says nothing about now: the next one is overdue; null in those of old versions
 * @param stoppedAt when this watchdog was stopped in order: nobody watches the host; null while it runs
 */
public record HostState(
        String host,
        String name,
        Map<String, String> labels,
        String version,
        Instant startedAt,
        String mode,
        Map<String, String> modes,
        List<Pause> pauses,
        List<Blind> blind,
        int openFaults,
        Journal journal,
        Kafka kafka,
        @JsonSetter(nulls = Nulls.SET) @Nullable Instant validUntil,
        @JsonSetter(nulls = Nulls.SET) @Nullable Instant stoppedAt)
        implements State {
    public HostState {
        labels = InOrder.copyOf(labels);
        modes = InOrder.copyOf(modes);
        pauses = List.copyOf(pauses);
        blind = List.copyOf(blind);
    }

    /** The same, and until when it is to be believed. */
    public HostState validUntil(@Nullable Instant until) {
        return with(until, stoppedAt);
    }

    /** The last one of this watchdog, which ends at this time. */
    public HostState stopped(Instant at) {
        return with(at, at);
    }

    private HostState with(@Nullable Instant until, @Nullable Instant stopped) {
        return new HostState(
                host,
                name,
                labels,
                version,
                startedAt,
                mode,
                modes,
                pauses,
                blind,
                openFaults,
                journal,
                kafka,
                until,
                stopped);
    }

    /**
     * A time without acting.
     *
     * @param until null when it ends by a command only
     */
    public record Pause(
            Instant since,
            @JsonSetter(nulls = Nulls.SET) @Nullable Instant until,
            String reason) {}

    /** A sensor that cannot see. */
    public record Blind(String sensor, String why, Instant since) {}

    /**
     * The journal.
     *
     * @param last the id of its newest entry, 0 when there is none
     * @param kafkaCursor the id of the last entry that Kafka has, 0 when there is none
     * @param lag how many entries Kafka does not have yet
     * @param writable false while nothing can be recorded, and therefore nothing is done
     */
    public record Journal(long last, long kafkaCursor, long lag, boolean writable) {}

    /**
     * Kafka, as this host sees it.
     *
     * @param connected true while the broker takes what is sent
     * @param lag how many records of the commands' topic are still to be read
     */
    public record Kafka(boolean connected, long lag) {}
}
