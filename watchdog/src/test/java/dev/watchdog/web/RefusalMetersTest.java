package dev.watchdog.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.web.RefusalMeters.Reason;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalMetersTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final RefusalMeters meters = new RefusalMeters(registry);

    /** What was refused, by the label; without what was not. */
    static Map<String, Integer> refused(MeterRegistry registry) {
        Map<String, Integer> refused = new TreeMap<>();
        registry.find("watchdog.http.refused").counters().forEach(counter -> {
            int count = (int) counter.count();
            if (count > 0) {
                refused.put(counter.getId().getTag("reason"), count);
            }
        });
        return refused;
    }

    @Test
    void each_reason_is_there_from_the_start_and_no_other_ever() {
        assertThat(registry.find("watchdog.http.refused").counters())
                .extracting(counter -> counter.getId().getTag("reason"))
                .containsExactlyInAnyOrder(
                        "malformed", "method", "host", "too-large", "too-slow", "forbidden", "unavailable", "no-room");
        assertThat(refused(registry)).isEmpty();
        meters.answered(999);
        meters.answered(-1);
        assertThat(registry.getMeters()).hasSize(Reason.values().length);
        assertThat(refused(registry)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "400, malformed", "411, malformed", "415, malformed", "505, malformed", "403, forbidden", "405, method",
        "408, too-slow", "413, too-large", "414, too-large", "431, too-large", "421, host", "503, unavailable"
    })
    void an_answer_counts_by_its_status(int status, String reason) {
        meters.answered(status);
        assertThat(refused(registry)).isEqualTo(Map.of(reason, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 404, 409, 500})
    void what_was_looked_for_or_decided_was_not_refused(int status) {
        meters.answered(status);
        assertThat(refused(registry)).isEmpty();
    }

    @Test
    void it_counts_on_when_a_door_is_opened_again() {
        meters.count(Reason.NO_ROOM);
        new RefusalMeters(registry).count(Reason.NO_ROOM);
        assertThat(refused(registry)).isEqualTo(Map.of("no-room", 2));
    }
}
