package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Live state made by hand, for tests of its readers. */
public final class Published {
    private static final Instant TIME = Instant.parse("2026-11-22T10:00:00Z");

    private Published() {}

    /** What a healer that came to this state would publish. */
    public static LiveState of(List<Fault> faults, Map<String, HealerState.Blindness> blind, boolean paused) {
        Map<FaultKey, Case> cases = new LinkedHashMap<>();
        faults.forEach(fault -> cases.put(fault.key(), new Case(fault.key(), fault, History.NONE)));
        Pause pause = paused ? new Pause(TIME, TIME.plusSeconds(60), "maintenance") : null;
        LiveState live = new LiveState();
        live.publish(
                new HealerState(cases, Map.of(), blind, Map.of(), Map.of(), new HealerState.Core("boot", 0, 0, pause)));
        return live;
    }

    /** The same as a wish, of which another plan was seen since its action was wanted. */
    public static Fault wish(Fault fault) {
        return new Fault(
                fault.id(),
                fault.kind(),
                fault.subject(),
                fault.severity(),
                fault.raised(),
                fault.evidence(),
                new Proposal("container.restore-rootfs", Evidence.of("the freshest plan")),
                fault.signalled(),
                fault.seen(),
                fault.attempt(),
                fault.attempts(),
                fault.settled(),
                Nature.WISH);
    }

    /** An open fault, with an action that waits for approval if {@code action} is not empty. */
    public static Fault fault(String id, String kind, Subject subject, Evidence evidence, String action) {
        Moment raised = new Moment("boot", Duration.ofSeconds(100), TIME);
        Attempt attempt = action.isEmpty()
                ? null
                : new Attempt(
                        action,
                        "container.restore-rootfs",
                        Origin.POLICY,
                        1,
                        false,
                        false,
                        Evidence.of("plan"),
                        "approval",
                        "the mode is propose",
                        null,
                        null,
                        null);
        return new Fault(
                id,
                kind,
                subject,
                Severity.ERROR,
                raised,
                evidence,
                null,
                raised,
                raised,
                attempt,
                1,
                false,
                Nature.BREAKAGE);
    }
}
