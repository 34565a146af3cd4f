package dev.watchdog.metrics;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.Event;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.Nature;
import dev.watchdog.healing.Policy;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What the journal's entries count for, from the start of the process on. Safe to call from any thread. */
final class JournalMeters {
    private static final String OTHER = "other";
    private static final Set<String> RESULTS =
            Set.of("started", "succeeded", "failed", "undone", "refused", "interrupted");
    private static final Set<String> REASONS = Set.of("healed", "recovered", "gone");
    private static final Set<String> GATES = Set.of(
            "mode", "pause", "approval", "flapping", "cool-down", "budget", "stale-sight", "probe", "busy", "stopping");
    private static final Set<String> VERBS = Set.of("heal", "approve", "reject", "pause", "resume");

    /** The stages of a healing, by the names that the actions give them, and the meters they go to. */
    private static final Map<String, String> STAGES = Map.of(
            "see", "detect",
            "decide", "decide",
            "journal", "journal",
            "act", "act",
            "verify", "verify");

    /** Around the figures that healing a rootfs is held to: 5 ms, 25 ms and 100 ms. */
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(250_000),
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        Duration.ofMinutes(1)
    };

    private final MeterRegistry registry;
    private final Policy policy;

    /** Makes the counters at zero, so that the first increase is seen as one. */
    JournalMeters(MeterRegistry registry, Policy policy) {
        this.registry = registry;
        this.policy = policy;
        for (FaultKind kind : policy.faultKinds().values()) {
            if (kind.nature() != Nature.WISH) {
                raised(kind.name());
                REASONS.forEach(reason -> cleared(kind.name(), reason));
            }
        }
        for (String kind : policy.actionKinds().keySet()) {
            RESULTS.forEach(result -> action(kind, result));
            STAGES.values().forEach(stage -> stage(stage, kind));
        }
        GATES.forEach(this::blocked);
    }

    void count(Event event) {
        if (event.data() instanceof FaultRaised raised) {
            raised(known(policy.faultKinds().keySet(), raised.kind())).increment();
        } else if (event.data() instanceof FaultCleared cleared) {
            cleared(known(policy.faultKinds().keySet(), cleared.kind()), known(REASONS, cleared.reason()))
                    .increment();
        } else if (event.data() instanceof ActionEvent action) {
            count(action, known(policy.actionKinds().keySet(), action.kind()));
        } else if (event.data() instanceof CommandEvent command) {
            registry.counter(
                            "watchdog.command",
                            Tags.of("verb", known(VERBS, command.verb()), "outcome", outcome(command)))
                    .increment();
        }
    }

    private void count(ActionEvent event, String kind) {
        if (event instanceof ActionEvent.Held held) {
            blocked(known(GATES, held.gate())).increment();
        } else if (event instanceof ActionEvent.Refused refused) {
            blocked(known(GATES, refused.gate())).increment();
            action(kind, "refused").increment();
        } else if (event instanceof ActionEvent.Started) {
            action(kind, "started").increment();
        } else if (event instanceof ActionEvent.Succeeded succeeded) {
            action(kind, "succeeded").increment();
            STAGES.forEach((name, stage) -> {
                Long micros = succeeded.micros().get(name);
                if (micros != null) {
                    stage(stage, kind).record(micros, TimeUnit.MICROSECONDS);
                }
            });
        } else if (event instanceof ActionEvent.Failed) {
            action(kind, "failed").increment();
        } else if (event instanceof ActionEvent.Undone) {
            action(kind, "undone").increment();
        } else if (event instanceof ActionEvent.Interrupted) {
            action(kind, "interrupted").increment();
        }
    }

    private static String outcome(CommandEvent event) {
        if (event instanceof CommandEvent.Accepted) {
            return "accepted";
        }
        if (event instanceof CommandEvent.Progressed) {
            return "progressed";
        }
        if (event instanceof CommandEvent.Rejected) {
            return "rejected";
        }
        if (event instanceof CommandEvent.Expired) {
            return "expired";
        }
        return event instanceof CommandEvent.Succeeded ? "succeeded" : "failed";
    }

    private Counter raised(String kind) {
        return registry.counter("watchdog.fault.raised", Tags.of("kind", kind));
    }

    private Counter cleared(String kind, String reason) {
        return registry.counter("watchdog.fault.cleared", Tags.of("kind", kind, "reason", reason));
    }

    private Counter action(String kind, String result) {
        return registry.counter("watchdog.action", Tags.of("kind", kind, "result", result));
    }

    private Counter blocked(String gate) {
        return registry.counter("watchdog.gate.blocked", Tags.of("gate", gate));
    }

    private Timer stage(String stage, String kind) {
        return Timer.builder("watchdog.fault." + stage)
                .tags("kind", kind)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private static String known(Set<String> declared, String word) {
        return declared.contains(word) ? word : OTHER;
    }
}
