package dev.watchdog.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.Event;
import dev.watchdog.events.EventData;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.Gates;
import dev.watchdog.healing.HealerState;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Mode;
import dev.watchdog.healing.Nature;
import dev.watchdog.healing.Policy;
import dev.watchdog.healing.Published;
import dev.watchdog.web.MemoryJournal;
import dev.watchdog.web.Sources;
import dev.watchdog.web.Stage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgentMetricsIT {
    private static final Subject BOX = new Subject("container", "abc0123456789");
    private static final String KIND = "container.restore-rootfs";
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-z_][a-z0-9_]*)(\\{(?:[a-z_]+=\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\",?)*})? (-?[0-9.]+(?:[eE][-+]?[0-9]+)?|NaN|[+-]Inf)");

    private final Stage stage = new Stage();

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void countsWhatTheJournalSays() {
        record(new FaultRaised("f1", "container.rootfs-lost", Evidence.of("before it was made")));
        AgentMetrics metrics = metrics(new LiveState());
        assertThat(samples(metrics))
                .containsEntry("watchdog_fault_raised_total{kind=\"container.rootfs-lost\"}", "0.0")
                .containsEntry("watchdog_action_total{kind=\"" + KIND + "\",result=\"succeeded\"}", "0.0");

        Stage.await(stage.vertx.deployVerticle(new MetricsVerticle(metrics, stage.journal, stage.bus)));
        record(new FaultRaised("f2", "container.rootfs-lost", Evidence.of("x")));
        record(new FaultRaised("f3", "container.named-by-" + BOX.id(), Evidence.of("x")));
        record(new ActionEvent.Held("a2", "f2", KIND, "budget", "full", null));
        record(new ActionEvent.Held("a2", "f2", KIND, "a-gate-of-tomorrow", "full", null));
        record(new ActionEvent.Started("a2", "f2", KIND, Evidence.of("p")));
        record(new ActionEvent.Succeeded(
                "a2", "f2", KIND, Evidence.of("p"), Map.of("see", 400L, "act", 2_000L, "verify", 500L, "odd", 1L)));
        record(new ActionEvent.Failed("a3", "f3", KIND, "no"));
        record(new ActionEvent.Refused("a4", "f3", KIND, "mode", "no"));
        record(new FaultCleared("f2", "container.rootfs-lost", "healed", MemoryJournal.TIME));
        record(new CommandEvent.Rejected("c1", "make-tea", "control-socket", "no such verb"));
        record(new CommandEvent.Accepted("c2", "pause", "control-socket", Map.of(), ""));
        stage.bus.tellRecorded(stage.journal.last());
        Awaitility.await().until(() -> metrics.counted() == stage.journal.last());

        assertThat(samples(metrics))
                .containsEntry("watchdog_fault_raised_total{kind=\"container.rootfs-lost\"}", "1.0")
                .containsEntry("watchdog_fault_raised_total{kind=\"other\"}", "1.0")
                .containsEntry("watchdog_fault_cleared_total{kind=\"container.rootfs-lost\",reason=\"healed\"}", "1.0")
                .containsEntry("watchdog_gate_blocked_total{gate=\"budget\"}", "1.0")
                .containsEntry("watchdog_gate_blocked_total{gate=\"mode\"}", "1.0")
                .containsEntry("watchdog_gate_blocked_total{gate=\"other\"}", "1.0")
                .containsEntry("watchdog_action_total{kind=\"" + KIND + "\",result=\"started\"}", "1.0")
                .containsEntry("watchdog_action_total{kind=\"" + KIND + "\",result=\"succeeded\"}", "1.0")
                .containsEntry("watchdog_action_total{kind=\"" + KIND + "\",result=\"failed\"}", "1.0")
                .containsEntry("watchdog_action_total{kind=\"" + KIND + "\",result=\"refused\"}", "1.0")
                .containsEntry("watchdog_fault_act_seconds_sum{kind=\"" + KIND + "\"}", "0.002")
                .containsEntry("watchdog_fault_act_seconds_bucket{kind=\"" + KIND + "\",le=\"0.005\"}", "1")
                .containsEntry("watchdog_fault_act_seconds_bucket{kind=\"" + KIND + "\",le=\"0.001\"}", "0")
                .containsEntry("watchdog_fault_detect_seconds_count{kind=\"" + KIND + "\"}", "1")
                .containsEntry("watchdog_fault_verify_seconds_count{kind=\"" + KIND + "\"}", "1")
                .containsEntry("watchdog_command_total{outcome=\"rejected\",verb=\"other\"}", "1.0")
                .containsEntry("watchdog_command_total{outcome=\"accepted\",verb=\"pause\"}", "1.0");
        assertThat(metrics.scrape()).doesNotContain(BOX.id());
    }

    @Test
    void countsEachEntryOnceAcrossRedeployments() {
        AgentMetrics metrics = metrics(new LiveState());
        for (int i = 0; i < 3; i++) {
            record(new FaultRaised("f" + i, "container.rootfs-lost", Evidence.of("x")));
            String id = Stage.await(stage.vertx.deployVerticle(new MetricsVerticle(metrics, stage.journal, stage.bus)));
            Awaitility.await().until(() -> metrics.counted() == stage.journal.last());
            Stage.await(stage.vertx.undeploy(id));
        }
        assertThat(samples(metrics))
                .containsEntry("watchdog_fault_raised_total{kind=\"container.rootfs-lost\"}", "3.0");
    }

    @Test
    void aWishIsCountedAsNoFault() {
        FaultKind share =
                new FaultKind("container.memory-share", "container", Severity.INFO, "another share", Nature.WISH);
        Policy policy =
                new Policy(Map.of(share.name(), Mode.HEAL), Gates.SHIPPED, Map.of(share.name(), share), Map.of());
        LiveState live = Published.of(
                List.of(Published.wish(Published.fault("w1", share.name(), BOX, Evidence.of("x"), "a1"))),
                Map.of(),
                false);
        Map<String, String> samples = samples(metrics(live, policy));
        assertThat(samples).containsEntry("watchdog_mode_info{kind=\"container.memory-share\",mode=\"heal\"}", "1");
        assertThat(samples.keySet()).noneMatch(name -> name.startsWith("watchdog_fault"));
    }

    @Test
    void showsWhatIsSoNow() {
        LiveState live = Published.of(
                List.of(Published.fault("f1", "container.rootfs-lost", BOX, Evidence.of("x"), "")),
                Map.of("docker-events:unix:///run/\"x\"\n", new HealerState.Blindness(MemoryJournal.TIME, "gone")),
                true);
        record(new FaultRaised("f1", "container.rootfs-lost", Evidence.of("x")));
        stage.journal.writable = false;
        AgentMetrics metrics = metrics(live);

        Map<String, String> samples = samples(metrics);
        assertThat(samples)
                .containsEntry("watchdog_fault_open{kind=\"container.rootfs-lost\",severity=\"error\"}", "1.0")
                .containsEntry("watchdog_mode_info{kind=\"container.rootfs-lost\",mode=\"heal\"}", "1")
                .containsEntry("watchdog_subjects{kind=\"container\",state=\"healthy\"}", "1.0")
                .containsEntry("watchdog_subjects{kind=\"container\",state=\"unknown\"}", "0.0")
                .containsEntry("watchdog_sensor_blind{sensor=\"docker-events:unix:///run/\\\"x\\\"\\n\"}", "1.0")
                .containsEntry("watchdog_paused", "1.0")
                .containsEntry("watchdog_journal_last_id", "1.0")
                .containsEntry("watchdog_journal_writable", "0.0")
                .containsKeys("jvm_threads_live_threads", "process_files_open_files", "process_cpu_usage");
        assertThat(samples.keySet()).anyMatch(name -> name.startsWith("jvm_memory_used_bytes"));
        assertThat(samples).hasSizeLessThan(200);
    }

    @Test
    void boundsTheSensorsItNames() {
        Map<String, HealerState.Blindness> blind = new LinkedHashMap<>();
        for (int i = 0; i < 500; i++) {
            blind.put("sensor-" + i, new HealerState.Blindness(MemoryJournal.TIME, "gone"));
        }
        Map<String, String> samples = samples(metrics(Published.of(List.of(), blind, false)));

        assertThat(samples.keySet().stream().filter(name -> name.startsWith("watchdog_sensor_blind")))
                .hasSize(LiveGauges.MOST_SENSORS + 1);
        assertThat(samples).containsEntry("watchdog_sensor_blind{sensor=\"other\"}", "450.0");
    }

    private AgentMetrics metrics(LiveState live) {
        return metrics(live, Stage.POLICY);
    }

    private AgentMetrics metrics(LiveState live, Policy policy) {
        Sources sources = stage.sources(live, BOX.id());
        return new AgentMetrics(stage.journal, live, policy, sources.domains(), sources.runtimes());
    }

    private Event record(EventData data) {
        return stage.journal.add(BOX, Severity.INFO, "f1", data);
    }

    /** Reads the text as Prometheus does; a line that is neither a comment nor a sample fails. */
    private static Map<String, String> samples(AgentMetrics metrics) {
        Map<String, String> samples = new TreeMap<>();
        for (String line : metrics.scrape().split("\n", -1)) {
            if (line.isEmpty() || line.startsWith("# HELP ") || line.startsWith("# TYPE ")) {
                continue;
            }
            Matcher matcher = SAMPLE.matcher(line);
            assertThat(matcher.matches()).as(line).isTrue();
            String name = line.substring(0, line.lastIndexOf(' '));
            assertThat(samples.put(name, line.substring(line.lastIndexOf(' ') + 1)))
                    .as(line)
                    .isNull();
        }
        return samples;
    }
}
