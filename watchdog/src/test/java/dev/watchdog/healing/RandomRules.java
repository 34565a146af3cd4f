package dev.watchdog.healing;

import dev.watchdog.events.Severity;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the healer of a random life knows and is allowed. */
final class RandomRules {
    /** One of each nature. */
    static final List<FaultKind> KINDS = List.of(
            new FaultKind(HealerScene.LOST, "container", Severity.ERROR, "lost", Nature.BREAKAGE),
            new FaultKind(HealerScene.SHORT, "container", Severity.WARN, "short", Nature.RECURRING),
            new FaultKind(HealerScene.SHARE, "container", Severity.INFO, "another share", Nature.WISH));

    static final List<String> ACTIONS = List.of(HealerScene.RESTORE, HealerScene.KICK, "container.settle");
    /** The shipped gates but for a budget that a short life can use up. */
    static final Gates GATES = new Gates(
            Gates.SHIPPED.coolDown(),
            Gates.SHIPPED.coolDownMost(),
            Gates.SHIPPED.forgetAfter(),
            Gates.SHIPPED.flapLosses(),
            Gates.SHIPPED.flapWindow(),
            2,
            1,
            Gates.SHIPPED.budgetWindow(),
            Gates.SHIPPED.freshFor());

    private RandomRules() {}

    /** With these modes by kind. */
    static Policy policy(Map<String, Mode> modes) {
        Map<String, FaultKind> faults = new HashMap<>();
        KINDS.forEach(kind -> faults.put(kind.name(), kind));
        faults.put(
                RandomCommands.ORDERED,
                new FaultKind(RandomCommands.ORDERED, "container", Severity.INFO, "ordered", Nature.WISH));
        Map<String, ActionKind> actions = new HashMap<>();
        ACTIONS.forEach(kind -> actions.put(kind, new ActionKind(kind, Duration.ofSeconds(20), kind)));
        VerbKind order = new VerbKind(HealerScene.GIVE, List.of("box"), "container", RandomCommands.ORDERED, "order");
        return new Policy(modes, GATES, faults, actions, Map.of(order.name(), order));
    }
}
