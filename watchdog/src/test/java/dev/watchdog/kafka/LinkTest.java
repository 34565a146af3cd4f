package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkTest {
    private final List<String> told = new ArrayList<>();
    private Duration now = Duration.ofHours(1);
    private final Link link = new Link(
            new Link.Teller() {
                @Override
                public void blind(String why) {
                    told.add("blind: " + why);
                }

                @Override
                public void sees() {
                    told.add("sees");
                }
            },
            () -> new Moment("boot", now, Instant.EPOCH),
            "b:9092");

    @Test
    void silenceIsToldOnceAndSoIsItsEnd() {
        link.sent();
        assertThat(link.acknowledged(true)).isFalse();
        link.sent();
        now = now.plusSeconds(4);
        assertThat(link.look()).isFalse();
        now = now.plusSeconds(2);
        assertThat(link.look()).isTrue();
        assertThat(link.look()).isTrue();
        assertThat(link.connected()).isFalse();
        assertThat(link.acknowledged(true)).as("the first after a silence").isTrue();
        link.sent();
        assertThat(link.acknowledged(true)).isFalse();
        assertThat(told).containsExactly("sees", "blind: no broker of b:9092 takes what is sent", "sees");
    }

    @Test
    void eachAnswerIsASignOfLifeForTheOthers() {
        link.sent();
        link.sent();
        now = now.plusSeconds(4);
        link.acknowledged(true);
        now = now.plusSeconds(4);
        assertThat(link.look()).isFalse();
        now = now.plusSeconds(2);
        assertThat(link.look()).isTrue();
    }

    @Test
    void whenTheWayIsLostNothingIsAwaitedAndAnotherReasonIsNews() {
        link.sent();
        link.lost("not allowed");
        link.lost("not allowed");
        now = now.plusSeconds(60);
        assertThat(link.look()).isFalse();
        link.lost("a topic is missing");
        assertThat(told).containsExactly("blind: not allowed", "blind: a topic is missing");
    }

    @Test
    void anAnswerThatMeansLittleIsNotTold() {
        link.sent();
        link.acknowledged(false);
        assertThat(link.connected()).isFalse();
        assertThat(told).isEmpty();
        link.sent();
        link.acknowledged(true);
        assertThat(told).containsExactly("sees");
    }
}
