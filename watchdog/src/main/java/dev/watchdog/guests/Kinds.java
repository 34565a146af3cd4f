package dev.watchdog.guests;

import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.ActionKind;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.Nature;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** What this room finds and does, by name. */
final class Kinds {
    /** The kind of subject: {@code guest/<uuid>}. */
    static final String GUEST = "guest";

    static final FaultKind PRESSURE = new FaultKind(
            "guest.memory-pressure", GUEST, Severity.WARN, "a guest needs more memory than it has", Nature.RECURRING);
    static final FaultKind STUCK = new FaultKind(
            "guest.balloon-stuck",
            GUEST,
            Severity.WARN,
            "a guest's balloon did not reach its target",
            Nature.RECURRING);
    static final FaultKind UNMANAGEABLE = new FaultKind(
            "guest.unmanageable", GUEST, Severity.INFO, "a guest's memory cannot be managed", Nature.RECURRING);
    static final FaultKind HOST = new FaultKind(
            "host.memory-pressure",
            Subject.HOST.kind(),
            Severity.ERROR,
            "the guests need more memory than the host has",
            Nature.RECURRING);

    /** Nothing is broken: its numbers come so seldom that it is helped late. */
    static final FaultKind SLOW =
            new FaultKind("guest.statistics-slow", GUEST, Severity.INFO, "a guest reports seldom", Nature.RECURRING);

    /** No fault: memory would serve better elsewhere, or a target is not what it should be. */
    static final FaultKind SHARE =
            new FaultKind("guest.memory-share", GUEST, Severity.INFO, "a guest's share is another", Nature.WISH);

    /**
     * No fault: a guest that starts is to have what its boot needs, or one that has opted out what was taken from it,
     * whatever became of its share before.
     */
    static final FaultKind OWED =
            new FaultKind("guest.memory-owed", GUEST, Severity.INFO, "a guest is to have what it is owed", Nature.WISH);

    /** No fault: nobody asked the guest's balloon driver to report. */
    static final FaultKind SIGHT =
            new FaultKind("guest.statistics-off", GUEST, Severity.INFO, "a guest does not report", Nature.WISH);

    /** No fault: somebody asks for another size. */
    static final FaultKind ORDERED =
            new FaultKind("guest.memory-ordered", GUEST, Severity.INFO, "a guest is to have another size", Nature.WISH);

    /** No fault: somebody asks for what was taken from guests to be given back. */
    static final FaultKind RELEASED = new FaultKind(
            "host.memory-release",
            Subject.HOST.kind(),
            Severity.INFO,
            "guests are to have back what was taken from them",
            Nature.WISH);

    static final List<FaultKind> FAULTS =
            List.of(PRESSURE, STUCK, UNMANAGEABLE, HOST, SLOW, SHARE, OWED, SIGHT, ORDERED, RELEASED);

    /** An emulated guest's balloon moves 0.25 GiB/s on a quiet host; a slower one ends where it is by then. */
    private static final Duration MOVE = Duration.ofMinutes(2);

    static final ActionKind GROW = new ActionKind("guest.grow-memory", MOVE, "give a guest memory back");
    static final ActionKind SHRINK = new ActionKind("guest.shrink-memory", MOVE, "take what a guest can spare");
    static final ActionKind SETTLE =
            new ActionKind("guest.settle-memory", Duration.ofSeconds(15), "make what a guest has its target");
    static final ActionKind ARM =
            new ActionKind("guest.arm-statistics", Duration.ofSeconds(15), "have a guest's balloon driver report");

    /** A stop on purpose waits for it: see {@link dev.watchdog.healing.DomainRuntime#LAST_WORDS}. */
    static final ActionKind RELEASE =
            new ActionKind("host.release-memory", Duration.ofSeconds(15), "give guests back what was taken from them");

    static final List<ActionKind> ACTIONS = List.of(GROW, SHRINK, SETTLE, ARM, RELEASE);

    /** Those that set a target. */
    static final List<ActionKind> MOVES = List.of(GROW, SHRINK, SETTLE);

    private Kinds() {}

    static Subject subject(UUID guest) {
        return new Subject(GUEST, guest.toString());
    }
}
