package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.NeedsGuests;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Four real guests of a real libvirtd share what one host has; each says itself how it fared. */
@NeedsGuests
@Timeout(600)
class SharedMemoryGuestIT {
    @TempDir
    Path directory;

    @Test
    void a_starving_guest_is_grown_and_its_neighbours_idle_cache_pays_for_it() throws Exception {
        try (RealHost host = new RealHost()) {
            List<RealGuest> guests = host.boot(
                    RealHost.optedIn("hog", 1_024).withSwap(1_024),
                    RealHost.optedIn("swaps", 512).withSwap(256),
                    RealHost.optedIn("bare", 512),
                    RealHost.optedIn("files", 512));
            RealGuest hog = guests.get(0).setmem(256);
            RealGuest files = guests.get(3).need(250);
            List<RealGuest> idle =
                    List.of(guests.get(1).fillCache(), guests.get(2).fillCache());
            long budget = 256 + 3 * 512;
            try (GuestsRoom room = host.start(directory, budget, MoveStep.UNHEARD)) {
                Watched watched = new Watched(room);
                RealHost.awaitSettled(room, guests);
                long spare = idle.stream().mapToLong(SharedMemoryGuestIT::spare).sum();
                List<Long> grants = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    grants.add(starve(room, watched, hog));
                }
                System.err.println(spare + " freed " + (1024 - has(idle)));
                Collections.sort(grants);
                System.err.println(grants);
                System.err.println(watched.table(guests));
                guests.forEach(each -> System.err.println(each.name + " puffs " + each.puffs()));
                idle.forEach(RealGuest::isUnhurt);
                files.isUnhurt();
                System.err.println(room.story());
                System.err.println(files.available());
                assertThat(files.available()).isGreaterThan(40);
            }
        }
    }

    /** Takes nearly all it has; the milliseconds until it has been given more. */
    private static long starve(GuestsRoom room, Watched watched, RealGuest guest) {
        long has = watched.has(guest);
        long available = guest.available();
        Duration from = room.clock().now().sinceBoot();
        System.err.println("has " + has + " avail " + available + " at " + from.toMillis());
        long begun = System.nanoTime();
        guest.need(available - 30);
        System.err.println("needs after " + since(begun));
        RealHost.until(room, guest.name + " is grown", () -> watched.has(guest) > has + 20);
        long took = since(begun);
        System.err.println("took " + took);
        return took;
    }

    private static long has(List<RealGuest> guests) {
        return guests.stream().mapToLong(RealGuest::has).sum();
    }

    /** What the issue says that an idle guest of less than 4 GiB can spare. */
    private static long spare(RealGuest guest) {
        return guest.available() - guest.maximum * 15 / 100;
    }

    private static long since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun).toMillis();
    }
}
