package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.Event;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.testing.NeedsGuests;
import dev.watchdog.testing.Programs;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real guests that all could give, but for what happens to them: while another one starves they are left alone. */
@NeedsGuests
@Timeout(600)
class LeftAloneGuestIT {
    private static final int SIZE = 384;
    private static final int BY_HAND = 288;

    /** Of the hog: enough to want no more for its bursts, so that nothing moves before it starves. */
    private static final int HOG = 320;

    /** What who starves leaves itself, in MiB: short by the policy's reserve for each of these sizes. */
    private static final int LEFT = 25;

    private static final Duration FOR = Duration.ofSeconds(15);

    /** A little less than a rebooted guest settles. */
    private static final Duration SETTLE = Duration.ofSeconds(28);

    @TempDir
    Path directory;

    @Test
    void who_is_paused_or_hung_or_busy_or_just_rebooted_or_resized_by_hand_gives_nothing() throws Exception {
        try (RealHost host = new RealHost()) {
            List<RealGuest> guests = host.boot(
                    RealHost.optedIn("hog", 768).withSwap(768),
                    RealHost.optedIn("donor", SIZE).withSwap(256),
                    RealHost.optedIn("plain", SIZE).withoutBalloon(),
                    RealHost.optedIn("paused", SIZE),
                    RealHost.optedIn("rebooted", SIZE),
                    RealHost.optedIn("busy", SIZE),
                    RealHost.optedIn("hung", SIZE),
                    RealHost.optedIn("resized", SIZE));
            RealGuest hog = guests.get(0).setmem(HOG);
            RealGuest donor = guests.get(1).fillCache();
            RealGuest paused = guests.get(3);
            RealGuest rebooted = guests.get(4);
            RealGuest busy = guests.get(5);
            RealGuest hung = guests.get(6);
            RealGuest resized = guests.get(7);
            try (GuestsRoom room = host.start(directory, HOG + 7 * SIZE, MoveStep.UNHEARD)) {
                Watched watched = new Watched(room);
                RealHost.awaitSettled(
                        room,
                        guests.stream()
                                .filter(each -> !each.name.equals("plain"))
                                .toList());
                resized.setmem(BY_HAND);
                host.daemon.virsh("suspend", paused.id.toString()).orFail();
                try (HeldJob job = new HeldJob(host, busy, directory.resolve("dump"))) {
                    hung.hang();
                    RealHost.until(
                            room,
                            "the hung one is seen",
                            () -> stands(watched, hung, "stale") || stands(watched, hung, SeenGuest.SILENT));
                    host.daemon.virsh("reset", rebooted.id.toString()).orFail();
                    // its numbers are of the life before
                    RealHost.until(
                            room,
                            "the reset is seen",
                            () -> !untouchable(watched, rebooted).isEmpty());
                    Duration reset = watched.last().at().sinceBoot();
                    hog.starve(LEFT);
                    RealHost.until(
                            room,
                            "the donor pays",
                            () -> hog.available() > LEFT + 20 && watched.has(donor) < SIZE - LEFT);
                    RealHost.during(room, FOR, () -> {
                        assertThat(watched.has(guests.get(2))).as("plain").isEqualTo(SIZE);
                        assertThat(watched.has(paused)).as("paused").isEqualTo(SIZE);
                        assertThat(watched.has(busy)).as("busy").isEqualTo(SIZE);
                        assertThat(watched.has(hung)).as("hung").isEqualTo(SIZE);
                        assertThat(watched.has(resized)).as("resized").isEqualTo(BY_HAND);
                    });
                    assertThat(watched.asked(rebooted, reset, reset.plus(SETTLE)))
                            .as(Story.of(room))
                            .isZero();
                    job.check();
                    assertThat(told(room, busy)).as(Story.of(room)).contains(SeenGuest.BUSY + ": put off");
                    assertThat(told(room, busy))
                            .as(Story.of(room))
                            .doesNotContain(Kinds.STUCK.name(), Kinds.SETTLE.name());
                } finally {
                    hung.goOn();
                }
                host.daemon.virsh("resume", paused.id.toString()).orFail();
                donor.isUnhurt();
                hog.release();
                resized.starve(LEFT);
                RealHost.until(room, "who was resized is relieved", () -> watched.has(resized) > BY_HAND + 10);
            }
        }
    }

    private static String untouchable(Watched watched, RealGuest guest) {
        var found = watched.last().findings().get(guest.id);
        return found == null ? "" : found.untouchable();
    }

    /** Faults and actions of a guest by their kind, and why actions were undone. */
    private static List<String> told(GuestsRoom room, RealGuest guest) {
        return room.events().stream()
                .filter(event -> event.subject().equals(Kinds.subject(guest.id)))
                .map(Event::data)
                .map(data -> data instanceof FaultRaised raised
                        ? raised.kind()
                        : data instanceof ActionEvent.Requested requested
                                ? requested.kind()
                                : data instanceof ActionEvent.Undone undone ? undone.why() : "")
                .toList();
    }

    private static boolean stands(Watched watched, RealGuest guest, String why) {
        var found = watched.last().findings().get(guest.id);
        return found != null
                && (found.untouchable().contains(why) || found.unmanageable().contains(why));
    }

    /** A job on a guest that does not end: a dump into a pipe that nobody empties. */
    private static final class HeldJob implements AutoCloseable {
        private final RealHost host;
        private final RealGuest guest;
        private final Process dump;
        private final RandomAccessFile pipe;

        HeldJob(RealHost host, RealGuest guest, Path place) throws IOException {
            this.host = host;
            this.guest = guest;
            Programs.run("mkfifo", place.toString()).orFail();
            pipe = new RandomAccessFile(place.toFile(), "rw");
            dump = new ProcessBuilder(
                            "virsh",
                            "--connect",
                            host.daemon.uri(),
                            "dump",
                            "--live",
                            guest.id.toString(),
                            place.toString())
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(place.resolveSibling("dump.log").toFile())
                    .start();
            await().atMost(RealHost.LONG)
                    .until(() -> host.daemon
                            .virsh("domjobinfo", guest.id.toString())
                            .text()
                            .contains("Operation"));
        }

        void check() {
            assertThat(dump.isAlive()).as("the job is held").isTrue();
        }

        @Override
        public void close() throws IOException {
            host.daemon.virsh("domjobabort", guest.id.toString());
            pipe.close();
            dump.destroyForcibly();
        }
    }
}
