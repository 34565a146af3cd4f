package dev.watchdog.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.Event;
import dev.watchdog.events.EventData;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.RecordEvent;
import dev.watchdog.events.SensorEvent;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the log says of what the agent does, and how much of it. */
class EventLogTest {
    private static final Subject BOX = new Subject("container", "ba1122df49d30000000000000000000000000000");

    private static String line(Subject subject, EventData data) {
        Instant now = Instant.parse("2026-11-30T12:00:00Z");
        return EventLine.of(new Event("/hosts/h/j", 1, subject, now, now, Severity.INFO, null, null, data));
    }

    @Test
    void eachEventIsOneLineThatSaysWhatWhoAndWhy() {
        assertThat(line(
                        BOX,
                        new FaultRaised(
                                "j-f17",
                                "container.rootfs-lost",
                                Evidence.of("its root is gone").with("containerName", "web-1"))))
                .isEqualTo("fault.raised f17 container.rootfs-lost container/ba1122df49d3 (web-1): its root is gone");
        assertThat(line(BOX, new ActionEvent.Failed("j-a5", "j-f17", "container.restore-rootfs", "it hung")))
                .isEqualTo("action.failed a5 f17 container.restore-rootfs container/ba1122df49d3: it hung");
        assertThat(line(
                        Subject.HOST,
                        new CommandEvent.Accepted(
                                "c-1",
                                "pause",
                                "control-socket",
                                Map.of(),
                                "new disks",
                                "/hosts/h/control-socket/users/root?sudo=ann",
                                null)))
                .isEqualTo("command.accepted c-1 host: pause from /hosts/h/control-socket/users/root?sudo=ann:"
                        + " new disks");
        assertThat(line(Subject.HOST, new SensorEvent.Blinded("kafka", "nobody answers")))
                .isEqualTo("sensor.blinded host: kafka: nobody answers");
        assertThat(line(Subject.HOST, new RecordEvent.Refused("t", 0, 7, "h", 3, "00", "it is not signed")))
                .isEqualTo("record.refused host: it is not signed");
    }

    @Test
    void aFloodIsCountedAndTheCountIsToldOnceTheMinuteIsOver() {
        EventLogBudget budget = new EventLogBudget();
        Duration now = Duration.ofHours(1);
        long written = IntStream.range(0, 1_000).filter(i -> budget.take(now)).count();
        assertThat(written).isEqualTo(EventLogBudget.EVENTS_A_MINUTE).isLessThan(LogBudget.LINES_A_MINUTE);
        assertThat(budget.leftOut(now.plusSeconds(59))).isZero();
        assertThat(budget.leftOut(now.plusSeconds(60))).isEqualTo(1_000 - EventLogBudget.EVENTS_A_MINUTE);
        assertThat(budget.leftOut(now.plusSeconds(60))).isZero();
        assertThat(budget.take(now.plusSeconds(60))).isTrue();
    }
}
