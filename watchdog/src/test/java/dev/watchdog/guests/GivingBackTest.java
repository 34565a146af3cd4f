package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.healing.Answer;
import dev.watchdog.healing.Command;
import dev.watchdog.healing.Mode;
import dev.watchdog.healing.VerbKind;
import dev.watchdog.libvirt.GuestEvent;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was taken from guests goes back to them when nobody looks after them any more. */
@Timeout(180)
class GivingBackTest {
    private static final long BUDGET = 4_096;
    private static final long WHOLE = 2_000;

    @TempDir
    Path directory;

    private VirtualHost host;
    private GuestsRoom room;
    private PretendHypervisor.Guest hog;
    private PretendHypervisor.Guest first;
    private PretendHypervisor.Guest second;

    /** Two that gave to a third, which needs it no more. */
    @BeforeEach
    void memoryWasMoved() throws Exception {
        host = new VirtualHost(directory);
        hog = host.hypervisor.guest("hog", 3_072, 60).optedIn().has(96);
        first = host.hypervisor.guest("first", WHOLE, 300).optedIn();
        second = host.hypervisor.guest("second", WHOLE, 300).optedIn();
        room = host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        hog.need = 2_000;
        host.until("both have given", () -> first.actual < 1_900 && second.actual < 1_900);
        host.until("the hog has what it needs", () -> hog.actual > 2_000);
        assertThat(first.target).isLessThan(WHOLE);
        host.hypervisor.asked.clear();
    }

    @AfterEach
    void end() {
        host.close();
    }

    private Future<Answer> release(String guest) {
        String id = UUID.randomUUID().toString();
        return room.bus.ask(
                new Command(id, ReleaseOrder.VERB.name(), Map.of("guest", guest), "test", ""), Duration.ofMinutes(2));
    }

    private Answer done(Future<Answer> answer) throws Exception {
        host.until("it is answered", answer::isComplete);
        return answer.result();
    }

    /** What it held is free then; nobody is grown by the policy meanwhile. */
    private void hogGoes() throws Exception {
        host.hypervisor.refuse(true);
        host.hypervisor.stop(hog);
        host.pass(20);
        host.hypervisor.refuse(false);
        host.hypervisor.asked.clear();
    }

    @Test
    void aStopOnPurposeGivesBackWhatTheHostHasFree() throws Exception {
        hogGoes();
        CompletableFuture<Void> given = room.room.giveBack("stop-1");
        host.until("it is given back", given::isDone);
        assertThat(first.actual).isEqualTo(WHOLE);
        assertThat(second.actual).isEqualTo(WHOLE);
        assertThat(room.told(ActionEvent.Requested.class))
                .extracting(ActionEvent.Requested::kind)
                .contains(Kinds.RELEASE.name());
    }

    @Test
    void afterThatNothingIsTakenFromAnybody() throws Exception {
        hogGoes();
        CompletableFuture<Void> given = room.room.giveBack("stop-1");
        host.until("it is given back", given::isDone);
        PretendHypervisor.Guest late = host.hypervisor.guest("late", 2_000, 600).has(610);
        host.pass(60);
        assertThat(late.actual).isLessThan(700);
        assertThat(first.actual).isEqualTo(WHOLE);
        assertThat(second.actual).isEqualTo(WHOLE);
    }

    @Test
    void whereNothingWasTakenNothingIsDoneAndNothingTold() throws Exception {
        hogGoes();
        done(release(VerbKind.ALL));
        int before = room.events().size();
        assertThat(room.room.giveBack("stop-1")).isCompleted();
        assertThat(room.events()).hasSize(before);
    }

    @Test
    void oneGuestIsReleasedByNameAndLeftAtThat() throws Exception {
        hogGoes();
        Answer answer = done(release("first"));
        assertThat(answer.succeeded()).as("%s %s", answer, Story.of(room)).isTrue();
        assertThat(answer.result().summary()).startsWith("gave back first from").contains("to 2.0 GiB");
        assertThat(first.actual).isEqualTo(WHOLE);
        assertThat(second.actual).isLessThan(WHOLE);
        assertThat(done(release("first")).result().summary()).startsWith("nothing that was taken is missing");
        assertThat(done(release("nobody")).result().summary())
                .contains("nothing that is called 'nobody' is watched here");
    }

    @Test
    void onlyWhatIsFreeIsGivenBack() throws Exception {
        long before = (long) (hog.actual + first.actual + second.actual);
        done(release(VerbKind.ALL));
        assertThat(hog.actual + first.actual + second.actual).isLessThanOrEqualTo((double) Math.max(BUDGET, before));
        assertThat(hog.actual).as("nobody pays for it").isGreaterThanOrEqualTo(2_000);
    }

    @Test
    void aBalloonThatDoesNotMoveEndsItInTimeAndKeepsItsTarget() throws Exception {
        hogGoes();
        first.stuck = true;
        Duration begun = host.clock.now().sinceBoot();
        CompletableFuture<Void> given = room.room.giveBack("stop-1");
        host.until("it is over", given::isDone);
        assertThat(host.clock.now().sinceBoot().minus(begun)).isLessThan(Duration.ofSeconds(30));
        assertThat(second.target).isEqualTo(WHOLE);
        assertThat(first.target).isEqualTo(WHOLE);
        assertThat(room.told(ActionEvent.Failed.class))
                .anyMatch(each -> each.why().contains("the targets stay"));
    }

    @Test
    void whoOptsOutIsGivenBackWhatWasTaken() throws Exception {
        hogGoes();
        first.metadata = "<w:memory xmlns:w='https://watchdog.dev/libvirt/memory/1' manage='no'/>";
        host.hypervisor.tell(new GuestEvent.Redescribed(first.id, "first"));
        host.until("it has all of it", () -> first.actual == WHOLE);
        assertThat(second.actual)
                .as("%s %s", host.hypervisor.asked, Story.of(room))
                .isLessThan(WHOLE);
    }

    @Test
    void whatWasTakenIsKnownToTheNextAgentAsWell() throws Exception {
        hogGoes();
        room.close();
        room = host.start(Mode.HEAL, BUDGET);
        host.pass(20);
        CompletableFuture<Void> given = room.room.giveBack("stop-2");
        host.until("it is given back", given::isDone);
        assertThat(first.actual).isEqualTo(WHOLE);
        assertThat(second.actual).isEqualTo(WHOLE);
    }

    @Test
    void aGuestThatRebootsGetsWhatItBootedWithBeforeItsDriverIsThere() throws Exception {
        hogGoes();
        hang(first);
        host.hypervisor.tell(new GuestEvent.Rebooted(first.id, "first"));
        host.until("its target is what it needs to boot", () -> first.target == WHOLE);
        assertThat(first.actual).as("its driver is not there yet").isLessThan(WHOLE);
        host.pass(200);
        assertThat(first.target)
                .as("a slow boot finds it %s %s", host.hypervisor.asked, Story.of(room))
                .isEqualTo(WHOLE);
        first.stuck = false;
        first.stopped = 0;
        host.pass(10);
        assertThat(first.actual).isEqualTo(WHOLE);
    }

    /** Its balloon's driver is gone with its kernel. */
    private void hang(PretendHypervisor.Guest guest) {
        guest.mute = true;
        guest.stuck = true;
        guest.stopped = host.clock.now().wall().getEpochSecond();
    }

    @Test
    void aResetInTheMiddleOfWhatItsNeighbourNeededHoldsNothingUp() throws Exception {
        first.stuck = true;
        host.hypervisor.guest("third", WHOLE, 500).optedIn().has(520);
        host.until("it is being shrunk", () -> first.target < first.actual - 20);
        hang(first);
        host.hypervisor.stop(hog);
        host.hypervisor.tell(new GuestEvent.Rebooted(first.id, "first"));
        host.pass(1);
        first.has(first.actual - 40, first.target); // its old driver went on for a moment
        host.pass(23); // what a failed action waits before it is tried again is more
        assertThat(first.target)
                .as("%s %s", host.hypervisor.asked, Story.of(room))
                .isEqualTo(WHOLE);
    }

    @Test
    void whatComesFreeWhileAGuestBootsIsGivenToItBeforeItsDriverIsThere() throws Exception {
        double before = first.target;
        hang(first);
        host.hypervisor.tell(new GuestEvent.Rebooted(first.id, "first"));
        host.until("what is free", () -> first.target > before);
        assertThat(first.target).isLessThan(WHOLE);
        host.hypervisor.stop(hog);
        host.until("what its neighbour had", () -> first.target == WHOLE);
        assertThat(first.actual).as("its driver is not there yet").isLessThan(WHOLE);
    }

    @Test
    void aResetInTheMiddleOfAShrinkEndsItAndTheBootComesFirst() throws Exception {
        hogGoes();
        first.stuck = true;
        var unused = room.order("first", "600MiB");
        host.until("it is being shrunk", () -> first.target < 601);
        hang(first);
        host.hypervisor.tell(new GuestEvent.Rebooted(first.id, "first"));
        host.pass(3);
        assertThat(first.target)
                .as("%s %s", host.hypervisor.asked, Story.of(room))
                .isEqualTo(WHOLE);
        host.pass(60);
        assertThat(first.target)
                .as("%s %s", host.hypervisor.asked, Story.of(room))
                .isEqualTo(WHOLE);
    }
}
