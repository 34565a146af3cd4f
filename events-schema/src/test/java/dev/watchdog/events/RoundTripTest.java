package dev.watchdog.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the records hold comes back from every form as it was. */
class RoundTripTest {
    private static final int EVENTS = 1_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 20261122, -7})
    void everyFormGivesBackTheSameEvent(long seed) {
        RandomEvents events = new RandomEvents(seed);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < EVENTS; i++) {
            Event event = events.next();
            String type = EventTypes.nameOf(event.data());
            seen.add(type);

            CloudEvent cloud = CloudEventsFormat.toCloudEvent(event);
            byte[] json = CloudEventsFormat.toJson(event);
            byte[] data = EventJson.dataToJson(event.data());

            assertThat(CloudEventsFormat.fromCloudEvent(cloud)).isEqualTo(event);
            assertThat(CloudEventsFormat.fromJson(json)).isEqualTo(event);
            assertThat(EventJson.dataFromJson(type, data)).isEqualTo(event.data());
            assertThat(EventJson.dataToJson(event.data())).isEqualTo(data);
            assertThat(Schemas.tree(json).path("data")).isEqualTo(Schemas.tree(data));
        }
        assertThat(seen).isEqualTo(EventTypes.names());
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3})
    void damagedBytesAreReadOrRefusedButNothingElse(long seed) {
        RandomEvents events = new RandomEvents(seed);
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < EVENTS; i++) {
            byte[] json = CloudEventsFormat.toJson(events.next());
            for (int hit = random.nextInt(4); hit >= 0; hit--) {
                json[random.nextInt(json.length)] = (byte) random.nextInt(256);
            }
            try {
                CloudEventsFormat.fromJson(json);
            } catch (EventFormatException e) {
                refused++;
                assertThat(e.getMessage()).hasSizeLessThanOrEqualTo(300).doesNotContainPattern("\\p{Cntrl}");
            }
        }
        assertThat(refused).isBetween(EVENTS / 2, EVENTS);
    }
}
