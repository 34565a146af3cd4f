package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.NeedsGuests;
import dev.watchdog.testing.TestGuest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Twenty real guests, and a storm of needs. What watching them costs: {@code watchdog/bin/bench guests}. */
@NeedsGuests
@EnabledIfSystemProperty(named = "watchdog.long", matches = "true", disabledReason = "takes minutes: verify --long")
@Timeout(1_200)
class ManyGuestsGuestIT {
    private static final int MANY = 20;
    private static final int SIZE = 256;
    private static final int LESS = 144;

    /** What a hog leaves itself: less than a twentieth of its size is short at once. */
    private static final int LEFT = 10;

    @TempDir
    Path directory;

    @Test
    void a_storm_of_needs_hurts_nobody() throws Exception {
        try (RealHost host = new RealHost()) {
            List<RealGuest> guests = host.boot(IntStream.range(0, MANY)
                    .mapToObj(i -> RealHost.optedIn("g" + i, SIZE).withSwap(SIZE))
                    .toArray(TestGuest.Shape[]::new));
            List<RealGuest> hogs = guests.subList(0, MANY / 2);
            List<RealGuest> idle = guests.subList(MANY / 2, MANY);
            hogs.forEach(each -> each.setmem(LESS));
            idle.forEach(RealGuest::fillCache);
            int budget = MANY / 2 * (LESS + SIZE);

            try (GuestsRoom room = host.start(directory, budget, MoveStep.UNHEARD)) {
                Watched watched = new Watched(room);
                RealHost.awaitSettled(room, guests);
                long begun = System.nanoTime();
                hogs.parallelStream().forEach(each -> each.starve(LEFT));
                RealHost.until(
                        room, "every hog is grown", () -> hogs.stream().allMatch(each -> watched.has(each) > LESS + 4));
                System.err.printf(
                        "%d guests at once were short: the last was grown after %d ms%n",
                        hogs.size(), Duration.ofNanos(System.nanoTime() - begun).toMillis());
                idle.forEach(RealGuest::isUnhurt);
                hogs.forEach(RealGuest::isAlive);
                assertThat(guests.stream().mapToLong(watched::has).sum())
                        .as(Story.of(room))
                        .isLessThanOrEqualTo(budget + MANY);
            }
        }
    }
}
