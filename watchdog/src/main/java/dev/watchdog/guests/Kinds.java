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

    /** No fault: memory would serve better elsewhere, or a target is not what it should be. */
    static final FaultKind SHARE =
            new FaultKind("guest.memory-share", GUEST, Severity.INFO, "a guest's share is another", Nature.WISH);

    /** No fault: nobody asked the guest's balloon driver to report. */
    static final FaultKind SIGHT =
            new FaultKind("guest.statistics-off", GUEST, Severity.INFO, "a guest does not report", Nature.WISH);

    /** No fault: somebody asks for another size. */
    static final FaultKind ORDERED =
            new FaultKind("guest.memory-ordered", GUEST, Severity.INFO, "a guest is to have another size", Nature.WISH);

    static final List<FaultKind> FAULTS = List.of(PRESSURE, STUCK, UNMANAGEABLE, HOST, SHARE, SIGHT, ORDERED);

    /** An emulated guest's balloon moves 0.25 GiB/s on a quiet host; a slower one ends where it is by then. */
    private static final Duration MOVE = Duration.ofMinutes(2);

    static final ActionKind GROW = new ActionKind("guest.grow-memory", MOVE, "give a guest memory back");
    static final ActionKind SHRINK = new ActionKind("guest.shrink-memory", MOVE, "take what a guest can spare");
    static final ActionKind SETTLE =
            new ActionKind("guest.settle-memory", Duration.ofSeconds(15), "make what a guest has its target");
    static final ActionKind ARM =
            new ActionKind("guest.arm-statistics", Duration.ofSeconds(15), "have a guest's balloon driver report");
    static final List<ActionKind> ACTIONS = List.of(GROW, SHRINK, SETTLE, ARM);

    /** Those that set a target. */
    static final List<ActionKind> MOVES = List.of(GROW, SHRINK, SETTLE);

    private Kinds() {}

    static Subject subject(UUID guest) {
        return new Subject(GUEST, guest.toString());
    }
}
