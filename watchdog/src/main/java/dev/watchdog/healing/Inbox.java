package dev.watchdog.healing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What waits for the healer's next turn. Bounded by what there is to tell: the newest finding of each subject, the
 * newest word of each sensor, one outcome of each running action, and the commands that {@link Callers} let in.
 * Confined to the healer's context.
 */
final class Inbox {
    private final Deque<Input> others = new ArrayDeque<>();
    private final Map<String, Input.Sight> sights = new LinkedHashMap<>();
    private final Map<FaultKey, Input.Seen> findings = new LinkedHashMap<>();
    private final Map<FaultKey, Input.Seen> unknowns = new LinkedHashMap<>();
    private boolean tick;

    void add(Input input) {
        if (input instanceof Input.Seen seen) {
            boolean blind = seen.finding() instanceof Finding.Unknown;
            (blind ? unknowns : findings).merge(seen.finding().key(), seen, Inbox::newer);
        } else if (input instanceof Input.Sight sight) {
            sights.put(sight.sensor(), sight);
        } else if (input instanceof Input.Tick) {
            tick = true;
        } else {
            others.add(input);
        }
    }

    private static Input.Seen newer(Input.Seen old, Input.Seen young) {
        return young.finding().seen().sinceBoot().compareTo(old.finding().seen().sinceBoot()) < 0 ? old : young;
    }

    /** Puts back what could not be made durable; what came meanwhile is newer and wins. */
    void restore(List<Input> inputs) {
        List<Input> waiting = drain();
        inputs.forEach(this::add);
        waiting.forEach(this::add);
    }

    boolean isEmpty() {
        return others.isEmpty() && sights.isEmpty() && findings.isEmpty() && unknowns.isEmpty() && !tick;
    }

    /**
     * Outcomes and commands first, in their order: they change what a finding means. A look that could tell nothing
     * never takes the place of one that could.
     */
    List<Input> drain() {
        List<Input> all = new ArrayList<>(others);
        all.addAll(sights.values());
        all.addAll(findings.values());
        all.addAll(unknowns.values());
        if (tick) {
            all.add(new Input.Tick());
        }
        others.clear();
        sights.clear();
        findings.clear();
        unknowns.clear();
        tick = false;
        return all;
    }
}
