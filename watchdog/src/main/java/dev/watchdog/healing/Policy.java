package dev.watchdog.healing;

import java.util.Map;

/**
 * What the healer is allowed, and what it knows of the kinds.
 *
 * @param modes by fault kind; every declared kind has one
 */
public record Policy(
        Map<String, Mode> modes, Gates gates, Map<String, FaultKind> faultKinds, Map<String, ActionKind> actionKinds) {
    public Policy {
        modes = Map.copyOf(modes);
        faultKinds = Map.copyOf(faultKinds);
        actionKinds = Map.copyOf(actionKinds);
    }

    Mode mode(String faultKind) {
        return modes.getOrDefault(faultKind, Mode.OBSERVE);
    }
}
