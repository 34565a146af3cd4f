package dev.watchdog.healing;

import dev.watchdog.events.EventJson;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Goes the healer's way often enough for the JVM to compile it, with made-up faults and in memory only: a real fault is
 * rare, and the first hundreds would be decided by the interpreter, at three times the cost (measured: 0.6 against 0.2
 * ms to decide, 1.1 against 0.4 ms to write it as JSON).
 */
final class Rehearsal {
    /** The client compiler takes a method up after 200 calls (Tier3InvocationThreshold). */
    private static final int ROUNDS = 300;

    private static final String FAULT = "rehearsal.fault";
    private static final String ACTION = "rehearsal.action";
    private static final Subject SUBJECT = new Subject("rehearsal", "one");
    private static final Policy POLICY = new Policy(
            Map.of(FAULT, Mode.HEAL),
            Gates.SHIPPED,
            Map.of(FAULT, new FaultKind(FAULT, "rehearsal", Severity.INFO, "")),
            Map.of(ACTION, new ActionKind(ACTION, Duration.ofSeconds(1), "")));

    private HealerState state = HealerState.EMPTY;
    private Moment now;

    private Rehearsal(Moment now) {
        this.now = now;
    }

    /** Takes some tenths of a second of one core, or until it is told that nobody needs it any more; any thread. */
    static void run(Moment now, BooleanSupplier enough) {
        Rehearsal rehearsal = new Rehearsal(now);
        for (int i = 0; i < ROUNDS && !enough.getAsBoolean(); i++) {
            rehearsal.round();
        }
    }

    private void round() {
        Evidence evidence = Evidence.of("made up").with("views", List.of(Map.of("role", "shim", "pid", 1)));
        now = new Moment(now.boot(), now.sinceBoot().plus(Gates.SHIPPED.flapWindow()), now.wall());
        take(new Input.Seen(new Finding.Faulty(SUBJECT, FAULT, evidence, new Proposal(ACTION, evidence), now, now)));
        String action = state.faults().stream()
                .map(Fault::attempt)
                .filter(attempt -> attempt != null)
                .map(Attempt::id)
                .findFirst()
                .orElse("");
        take(new Input.Finished(
                action, new Outcome.Succeeded(evidence, Map.of("see", 1L, "act", 1L), now.sinceBoot())));
    }

    private void take(Input input) {
        Step step =
                Healer.step(state, List.of(input), new Setting(now, now.wall(), "rehearse", POLICY, false, Map.of()));
        Map<String, ?> rows = StateRows.write(step.state(), step.changed());
        if (rows.isEmpty()) {
            throw new IllegalStateException("a rehearsal that changes nothing is none");
        }
        step.entries().forEach(entry -> {
            byte[] ignored = EventJson.dataToJson(entry.data());
        });
        state = step.state();
    }
}
