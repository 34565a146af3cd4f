package dev.watchdog.containers;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.Explanation;
import dev.watchdog.healing.Finding;
import dev.watchdog.linux.Moment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells a set-up in which the next restart of an engine loses the roots of its running containers: live-restore with an
 * engine in a mount namespace of its own. Pure.
 */
final class AtRisk {
    private AtRisk() {}

    /** Somebody else who must see the roots and lives in another mount namespace than the engine. */
    record Apart(String role, int pid, long namespace) {}

    static Finding of(Subject subject, EngineSetup setup, List<Apart> apart, Moment now) {
        if (!setup.engine().liveRestore() || (!setup.own() && apart.isEmpty())) {
            return new Finding.Healthy(subject, RootFindings.AT_RISK.name(), now);
        }
        return new Finding.Faulty(
                subject, RootFindings.AT_RISK.name(), evidence(subject, setup, apart), null, now, now);
    }

    private static Evidence evidence(Subject subject, EngineSetup setup, List<Apart> apart) {
        List<Map<String, Object>> others = new ArrayList<>();
        for (Apart each : apart) {
            Map<String, Object> other = new LinkedHashMap<>();
            other.put("role", each.role());
            other.put("pid", each.pid());
            other.put("mountNamespace", each.namespace());
            others.add(other);
        }
        String where =
                setup.own() ? "a mount namespace of its own" : "another mount namespace than what runs its containers";
        Evidence evidence = Evidence.of("live-restore is on and the engine (process " + setup.pid() + ") lives in "
                        + where + ": its next restart loses the roots of running containers")
                .with("engine", subject.id())
                .with("engineVersion", setup.engine().version())
                .with("liveRestore", true)
                .with("pid", setup.pid())
                .with("mountNamespace", setup.namespace())
                .with("own", setup.own())
                .with("unit", setup.unit())
                .with("unitOptions", setup.options())
                .with("notMended", "how an engine is set up is for its owner to decide");
        return others.isEmpty() ? evidence : evidence.with("apart", others);
    }

    /** In plain words. */
    static Explanation explain(Evidence evidence) {
        Map<String, Object> facts = evidence.facts();
        boolean own = Boolean.TRUE.equals(facts.get("own"));
        List<String> options = facts.get("unitOptions") instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
        String unit = String.valueOf(facts.getOrDefault("unit", ""));
        String service = unit.isEmpty() ? "docker.service" : unit;
        List<String> prevention = new ArrayList<>();
        prevention.add(
                options.isEmpty()
                        ? "Find out what gives the engine its own namespace: " + LiveRestore.OPTIONS + " in " + service
                                + " ('systemctl cat " + service
                                + "' shows them), or a wrapper that calls unshare. Remove it."
                        : "Remove from " + service + ": " + String.join(", ", options)
                                + "; then 'systemctl daemon-reload'.");
        prevention.add("Or turn live-restore off (\"live-restore\": false in /etc/docker/daemon.json, then"
                + " 'systemctl reload " + service + "').");
        prevention.add(
                "Plan the restart after that: it is the last one that can break containers which run now, so stop"
                        + " them before, or let the agent heal them after it.");
        return new Explanation(
                "Nothing is broken yet. The engine (process " + facts.get("pid") + ") lives in mount namespace "
                        + facts.get("mountNamespace")
                        + (own ? ", which is not the host's" : "")
                        + others(facts) + ", and keeps containers running while it is down (live-restore).",
                "Nobody: it is how the engine is set up.",
                Cause.LIVE_RESTORE.id(),
                "When the engine is started again it gets a new mount namespace, in which the roots of running containers"
                        + " are not mounted. " + LiveRestore.TAKING_BACK,
                "live-restore is on, and the namespaces differ.",
                options.isEmpty() ? "likely" : "certain",
                prevention);
    }

    private static String others(Map<String, Object> facts) {
        return facts.get("apart") instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map<?, ?> first
                ? ", while the " + first.get("role") + " of a container (process " + first.get("pid") + ") lives in "
                        + first.get("mountNamespace")
                : "";
    }
}
