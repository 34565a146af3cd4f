package dev.watchdog.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Where the time of a repair goes, as the agent's journal tells it. */
final class Stages {
    private static final List<String> NAMES = List.of("see", "decide", "journal", "act", "verify");

    private Stages() {}

    static void tell(Report report, AgentProcess agent, String during) {
        Map<String, Histogram> stages = new TreeMap<>();
        Histogram sum = Report.micros();
        for (JsonNode event : agent.events("action.succeeded")) {
            JsonNode micros = event.path("data").path("micros");
            long all = 0;
            for (String stage : NAMES) {
                stages.computeIfAbsent(stage, each -> Report.micros())
                        .recordValue(micros.path(stage).asLong());
                all += micros.path(stage).asLong();
            }
            sum.recordValue(all);
        }
        NAMES.forEach(
                stage -> report.times("  of it: " + stage + during, stages.getOrDefault(stage, Report.micros()), ""));
        report.times("  kernel's signal to proven" + during, sum, "");
    }
}
