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

    /** What the hog leaves itself, in MiB: less than the twentieth of its size below which it is grown at once. */
    private static final int LEFT = 25;

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
                starve(room, hog, "libvirtd is killed in a shrink", killed);
                RealHost.until(room, "it is told blind", () -> isBlind(room));
                daemon.start();
                RealHost.until(room, "it is told to see", () -> !isBlind(room));
                RealHost.until(room, "the hog is relieved", () -> isRelieved(hog));

                CountDownLatch frozen = stop.at(MoveStep.ORDERED, daemon::freeze);
                starve(room, hog, "libvirtd freezes in a shrink", frozen);
                RealHost.until(room, "it is told blind again", () -> isBlind(room));
                daemon.thaw();
                RealHost.until(room, "it is told to see again", () -> !isBlind(room));
                RealHost.until(room, "the hog is relieved again", () -> isRelieved(hog));
                donor.isUnhurt();
                hog.isAlive();
                assertThat(watched.has(hog) + watched.has(donor))
                        .as(Story.of(room))
                        .isLessThanOrEqualTo(HOG + DONOR + 1);
            }
        }
    }

    /** Has it take whatever it gets until that has come. */
    private static void starve(GuestsRoom room, RealGuest guest, String what, CountDownLatch come) {
        RealHost.until(room, what, () -> {
            guest.starve(LEFT);
            return come.getCount() == 0;
        });
    }

    /** It has a good part of the reserve below which the policy holds it for short. */
    private static boolean isRelieved(RealGuest guest) {
        return guest.available() > LEFT + 20;
    }

    private static boolean isBlind(GuestsRoom room) {
        List<SensorEvent> all = room.told(SensorEvent.class);
        return !all.isEmpty() && all.get(all.size() - 1) instanceof SensorEvent.Blinded;
    }
}
