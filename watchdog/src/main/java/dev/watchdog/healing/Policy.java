package dev.watchdog.healing;

import java.util.Map;

/**
 * What the healer is allowed, and what it knows of the kinds.
 *
 * @param modes by fault kind, as configured; every declared kind has one
 * @param verbs that the domains declare, by name
 */
public record Policy(
        Map<String, Mode> modes,
        Gates gates,
        Map<String, FaultKind> faultKinds,
        Map<String, ActionKind> actionKinds,
        Map<String, VerbKind> verbs) {
    public Policy {
        modes = Map.copyOf(modes);
        faultKinds = Map.copyOf(faultKinds);
        actionKinds = Map.copyOf(actionKinds);
        verbs = Map.copyOf(verbs);
    }

    /** Without verbs of domains. */
    public Policy(
            Map<String, Mode> modes,
            Gates gates,
            Map<String, FaultKind> faultKinds,
            Map<String, ActionKind> actionKinds) {
        this(modes, gates, faultKinds, actionKinds, Map.of());
    }
}
