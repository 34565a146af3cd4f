package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.NeedsGuests;
import dev.watchdog.testing.TestGuest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Twenty real guests: what watching them costs, and a storm of needs. */
@NeedsGuests
@EnabledIfSystemProperty(named = "watchdog.long", matches = "true", disabledReason = "takes minutes: verify --long")
@Timeout(1_200)
class ManyGuestsGuestIT {
    private static final int MANY = 20;
    private static final int SIZE = 256;
    private static final int LESS = 144;

    /** What a hog leaves itself: less than a twentieth of its size is short at once. */
    private static final int LEFT = 10;

    private static final Duration WARM = Duration.ofSeconds(40);
    private static final Duration MEASURED = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void watching_twenty_guests_costs_little_and_a_storm_of_needs_hurts_nobody() throws Exception {
        try (RealHost host = new RealHost()) {
            List<RealGuest> guests = host.boot(IntStream.range(0, MANY)
                    .mapToObj(i -> RealHost.optedIn("g" + i, SIZE).withSwap(SIZE))
                    .toArray(TestGuest.Shape[]::new));
            List<RealGuest> hogs = guests.subList(0, MANY / 2);
            List<RealGuest> idle = guests.subList(MANY / 2, MANY);
            hogs.forEach(each -> each.setmem(LESS));
            idle.forEach(RealGuest::fillCache);
            int budget = MANY / 2 * (LESS + SIZE);

            double cost = cost(host, budget);
            System.err.printf("watching %d real guests costs %.2f %% of a core%n", MANY, 100 * cost);
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
            assertThat(cost).as("of a core").isLessThanOrEqualTo(0.01);
        }
    }

    /** The part of a core that an agent takes in a process of its own, once it is warm. */
    private double cost(RealHost host, int budget) throws Exception {
        Path journal = Files.createDirectory(directory.resolve("watched"));
        Process agent = RoomThatDies.start(host.daemon.uri(), journal, budget, "NONE", new File("/dev/null"));
        try {
            // the compiler's work is done when it has seen some looks
            pass(WARM);
            double before = cpuSeconds(agent.pid());
            pass(MEASURED);
            return (cpuSeconds(agent.pid()) - before) / MEASURED.toSeconds();
        } finally {
            agent.destroyForcibly().waitFor();
        }
    }

    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        Awaitility.await().atMost(time.plusSeconds(10)).until(() -> System.nanoTime() > end);
    }

    private static double cpuSeconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        // utime and stime of proc_pid_stat(5), in hundredths
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }
}
