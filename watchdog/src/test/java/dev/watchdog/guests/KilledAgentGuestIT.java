package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.testing.NeedsGuests;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent is killed with SIGKILL at every step of a move of a real guest's memory and started again: what it left is put
 * right, the memory is moved in the end, and nobody is hurt. All steps at once, each with a libvirtd and two guests of its
 * own: a guest has to settle for half a minute in each of the two lives.
 */
@NeedsGuests
@Timeout(900)
class KilledAgentGuestIT {
    private static final int HOG = 192;
    private static final int DONOR = 384;

    /** What the hog leaves itself, in MiB: less than a twentieth of its size, which it is relieved of. */
    private static final int LEFT = 15;

    /** Five agents start at once, each settles for half a minute and waits for guests that are emulated. */
    private static final Duration FIRST_LIFE = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    @Test
    void its_successor_puts_right_what_it_left_and_moves_the_memory() {
        CompletableFuture<?>[] all = Arrays.stream(MoveStep.values())
                .map(step -> CompletableFuture.runAsync(
                        () -> live(step), task -> new Thread(task, "killed-at-" + step).start()))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(all).join();
    }

    private void live(MoveStep step) {
        try {
            twoLives(step, Files.createDirectory(directory.resolve(step.name())));
        } catch (Exception | AssertionError e) {
            throw new CompletionException("killed at " + step, e);
        }
    }

    private static void twoLives(MoveStep step, Path journal) throws Exception {
        try (RealHost host = new RealHost()) {
            List<RealGuest> guests = host.boot(
                    RealHost.optedIn("hog", DONOR).withSwap(DONOR),
                    RealHost.optedIn("donor", DONOR).withSwap(DONOR / 2));
            RealGuest hog = guests.get(0).setmem(HOG);
            RealGuest donor = guests.get(1).fillCache();
            hog.starve(LEFT);
            firstLife(step, host, journal);
            try (GuestsRoom room = host.start(journal, HOG + DONOR, MoveStep.UNHEARD)) {
                Watched watched = new Watched(room);
                RealHost.until(
                        room,
                        "it is told interrupted",
                        () -> !room.told(ActionEvent.Interrupted.class).isEmpty());
                RealHost.until(room, "the hog is relieved", () -> hog.available() > LEFT + 10);
                donor.isUnhurt();
                hog.isAlive();
                assertThat(watched.has(hog) + watched.has(donor))
                        .as("killed at %s%n%s", step, Story.of(room))
                        .isLessThanOrEqualTo(HOG + DONOR + 1);
            }
        }
    }

    /** Starts an agent and waits until it has been killed at the step. */
    private static void firstLife(MoveStep step, RealHost host, Path journal) throws Exception {
        File log = journal.resolve("first-life.log").toFile();
        Process agent = RoomThatDies.start(host.daemon.uri(), journal, HOG + DONOR, step.name(), log);
        try {
            assertThat(agent.waitFor(FIRST_LIFE.toSeconds(), TimeUnit.SECONDS))
                    .as(Files.readString(log.toPath()))
                    .isTrue();
            assertThat(agent.exitValue()).as(Files.readString(log.toPath())).isEqualTo(137);
        } finally {
            agent.destroyForcibly();
        }
    }
}
