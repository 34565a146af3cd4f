package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How things stand, as evidence: what {@code report} is answered. */
final class Situation {
    /** So many faults are told one by one, the oldest first. */
    private static final int MOST = 50;

    private Situation() {}

    static Evidence of(Turn turn) {
        List<Fault> faults = turn.open();
        Pause pause = turn.core().pause();
        Map<String, String> modes = new TreeMap<>();
        turn.setting
                .policy()
                .modes()
                .keySet()
                .forEach(kind -> modes.put(kind, turn.mode(kind).word()));
        Evidence evidence = Evidence.of(summary(faults.size(), turn.blind().size(), pause))
                .with("openFaults", faults.size())
                .with(
                        "faults",
                        faults.stream().limit(MOST).map(Situation::fault).toList())
                .with("modes", modes)
                .with("blindSensors", new TreeMap<>(turn.blind()).keySet())
                .with("subjects", new TreeMap<>(turn.setting.subjects()))
                .with("commands", turn.docket().all().size());
        return pause == null
                ? evidence
                : evidence.with("pausedUntil", pause.until().toString()).with("pauseReason", pause.reason());
    }

    private static String summary(int faults, int blind, @Nullable Pause pause) {
        String open = faults == 0 ? "no open faults" : faults == 1 ? "1 open fault" : faults + " open faults";
        String sensors = blind == 0 ? "" : blind == 1 ? ", 1 blind sensor" : ", " + blind + " blind sensors";
        return open + sensors + (pause == null ? "" : ", paused until " + pause.until());
    }

    private static Map<String, Object> fault(Fault fault) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("id", fault.id());
        told.put("kind", fault.kind());
        told.put("subject", fault.subject().toString());
        told.put("since", fault.raised().wall().toString());
        told.put("summary", fault.evidence().summary());
        Attempt attempt = fault.attempt();
        if (attempt != null) {
            told.put("action", attempt.id());
            told.put("actionState", attempt.running() ? "running" : "held by " + attempt.gate());
        }
        return told;
    }
}
