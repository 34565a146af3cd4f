package dev.watchdog.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventNamesTest {
    private static final Event EVENT = new Event(
            "/hosts/h1/j1",
            7,
            Subject.parse("container/4f0c1d9b7a3e"),
            Instant.EPOCH,
            Instant.EPOCH,
            Severity.WARN,
            "j1-f7",
            null,
            new FaultRaised("j1-f7", "container.rootfs-lost", Evidence.of("gone")));

    @ParameterizedTest
    @EnumSource(ContentMode.class)
    void theyAreAttributesInEitherMode(ContentMode mode) {
        EventNames names = new EventNames("lab-7", "web наука");
        Message message = Message.of(CloudEventsFormat.toCloudEvent(EVENT, names), mode);

        assertThat(EventNames.of(Message.toCloudEvent(message.value(), message.headers())))
                .isEqualTo(names);
        assertThat(CloudEventsFormat.fromCloudEvent(Message.toCloudEvent(message.value(), message.headers())))
                .isEqualTo(EVENT);
    }

    @Test
    void whatIsNotKnownIsLeftOut() {
        assertThat(CloudEventsFormat.toCloudEvent(EVENT, EventNames.NONE))
                .isEqualTo(CloudEventsFormat.toCloudEvent(EVENT));
        assertThat(CloudEventsFormat.toCloudEvent(EVENT).getExtensionNames()).doesNotContain("hostname", "subjectname");
    }

    @Test
    void aNameThatIsNotFitForAnAttributeIsMadeFit() {
        EventNames odd = new EventNames("a\u0000b\nc\u0085\uD83D\uFFFF", "x".repeat(255) + "\uD83D\uDC15\uD83D\uDC15");

        assertThat(odd.host()).isEqualTo("a\uFFFDb\uFFFDc\uFFFD\uFFFD\uFFFD");
        assertThat(odd.subject()).isEqualTo("x".repeat(255));
        assertThat(Schemas.errors(Schemas.tree(CloudEventsFormat.toJson(CloudEventsFormat.toCloudEvent(EVENT, odd)))))
                .isEmpty();
    }
}
