package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.SensorEvent;
import dev.watchdog.healing.Action;
import dev.watchdog.testing.Libvirtd;
import dev.watchdog.testing.NeedsGuests;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real libvirtd dies, and hangs, in the middle of a move of a real guest's memory. */
@NeedsGuests
@Timeout(600)
class LostLibvirtdGuestIT {
    private static final int HOG = 256;
    private static final int DONOR = 512;

    @TempDir
    Path directory;

    /** Stops the world once, at a step of a shrink. */
    private static final class Stop implements BiConsumer<MoveStep, Action> {
        private final AtomicReference<Armed> armed = new AtomicReference<>();

        private record Armed(MoveStep step, Runnable what, CountDownLatch done) {}

        CountDownLatch at(MoveStep step, Runnable what) {
            CountDownLatch done = new CountDownLatch(1);
            armed.set(new Armed(step, what, done));
            return done;
        }

        @Override
        public void accept(MoveStep step, Action action) {
            Armed now = armed.get();
            if (now != null
                    && action.kind().equals(Kinds.SHRINK.name())
                    && step == now.step()
                    && armed.compareAndSet(now, null)) {
                now.what().run();
                now.done().countDown();
            }
        }
    }

    @Test
    void a_move_in_whose_middle_libvirtd_dies_or_hangs_ends_well() throws Exception {
        try (RealHost host = new RealHost()) {
            List<RealGuest> guests = host.boot(
                    RealHost.optedIn("hog", 768).withSwap(768),
                    RealHost.optedIn("donor", DONOR).withSwap(256));
            RealGuest hog = guests.get(0).setmem(HOG);
            RealGuest donor = guests.get(1).fillCache();
            Libvirtd daemon = host.daemon;
            Stop stop = new Stop();
            try (GuestsRoom room = host.start(directory, HOG + DONOR, stop)) {
                Watched watched = new Watched(room);
                RealHost.awaitSettled(room, guests);
                CountDownLatch killed = stop.at(MoveStep.SET, daemon::kill);
                hog.need(hog.available() - 30);
                killed.await();
                RealHost.until(room, "it is told blind", () -> blinded(room) == 1);
                daemon.start();
                RealHost.until(room, "it is told to see", () -> sighted(room) == 1);
                RealHost.until(room, "the hog is grown", () -> hog.total() > HOG + 50);

                // what was ordered just before it froze may reach the guest while it is frozen
                long had = hog.total();
                CountDownLatch frozen = stop.at(MoveStep.ORDERED, daemon::freeze);
                hog.need(hog.available() - 30);
                frozen.await();
                RealHost.until(room, "it is told blind again", () -> blinded(room) == 2);
                daemon.thaw();
                RealHost.until(room, "it is told to see again", () -> sighted(room) == 2);
                RealHost.until(room, "the hog is grown again", () -> hog.total() > had + 30);
                donor.isUnhurt();
                hog.isAlive();
                assertThat(watched.has(hog) + watched.has(donor))
                        .as(watched.table(guests))
                        .isLessThanOrEqualTo(HOG + DONOR + 1);
            }
        }
    }

    private static long blinded(GuestsRoom room) {
        return room.told(SensorEvent.Blinded.class).size();
    }

    private static long sighted(GuestsRoom room) {
        return room.told(SensorEvent.Recovered.class).size();
    }
}
