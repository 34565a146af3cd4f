package dev.watchdog.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What an agent takes.
 *
 * @param percent of one core
 * @param mebibytes resident at the end
 * @param busiest the threads that took the most, in ticks of 10 ms
 */
record Cost(double percent, double mebibytes, String busiest) {
    private static final int BUSIEST = 8;

    private record Begin(AgentProcess agent, double seconds, Map<String, Long> threads, long nanos) {
        static Begin of(AgentProcess agent) throws IOException {
            return new Begin(agent, agent.cpuSeconds(), agent.threadTicks(), System.nanoTime());
        }

        Cost end() throws IOException {
            double used = agent.cpuSeconds() - seconds;
            Map<String, Long> ticks = agent.threadTicks();
            ticks.replaceAll((thread, now) -> now - threads.getOrDefault(thread, 0L));
            return new Cost(used * 100e9 / (System.nanoTime() - nanos), agent.residentMebibytes(), Cost.busiest(ticks));
        }
    }

    /** What each of these takes during one span of time, the same for all. */
    static List<Cost> of(Duration span, AgentProcess... agents) throws IOException, InterruptedException {
        List<Begin> begun = new ArrayList<>();
        for (AgentProcess agent : agents) {
            begun.add(Begin.of(agent));
        }
        TimeUnit.SECONDS.sleep(span.toSeconds());
        List<Cost> costs = new ArrayList<>();
        for (Begin each : begun) {
            costs.add(each.end());
        }
        return costs;
    }

    private static String busiest(Map<String, Long> ticks) {
        return ticks.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(BUSIEST)
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
    }

    void tell(Report report, String with) {
        tell(report, with, "", "");
    }

    void tell(Report report, String with, String percentAim, String mebibytesAim) {
        report.figure("cpu, " + with, percent, "% of a core", percentAim);
        report.note("  of it, ticks of 10 ms, " + with, busiest);
        report.figure("resident, " + with, mebibytes, "MiB", mebibytesAim);
    }

    /** What the second of two takes more. */
    static void tellDifference(Report report, String name, List<Cost> two, String percentAim, String mebibytesAim) {
        report.figure("cpu, " + name, two.get(1).percent - two.get(0).percent, "% of a core", percentAim);
        report.figure("resident, " + name, two.get(1).mebibytes - two.get(0).mebibytes, "MiB", mebibytesAim);
    }
}
