package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.guests.GuestsSettings.StatsPeriod;
import dev.watchdog.healing.Mode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How often guests report: who asks them, and what becomes of the periods of others. */
@Timeout(180)
class GuestReportsTest {
    private static final long BUDGET = 4_096;

    @TempDir
    Path directory;

    private VirtualHost host;
    private PretendHypervisor.Guest web;

    @BeforeEach
    void aGuest() throws Exception {
        host = new VirtualHost(directory);
        web = host.hypervisor.guest("web", 1_024, 300).optedIn();
    }

    @AfterEach
    void end() {
        host.close();
    }

    private static List<FaultRaised> slow(GuestsRoom room) {
        return room.told(FaultRaised.class).stream()
                .filter(each -> each.kind().equals(Kinds.SLOW.name()))
                .toList();
    }

    @Test
    void aLongPeriodOfOthersStaysAndIsToldOnceWithTheCommandThatShortensIt() throws Exception {
        web.period = 60;
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(300);
        assertThat(web.period).isEqualTo(60);
        assertThat(slow(room))
                .singleElement()
                .satisfies(each -> assertThat(each.evidence().summary())
                        .contains("web reports every 60 s only")
                        .contains("virsh dommemstat " + web.id + " --period 1 --live"));
        assertThat(room.line(web.id).details().get("why")).contains("--period 1 --live");
        assertThat(host.hypervisor.asked).isEmpty();
    }

    @Test
    void whoDidNotOptInIsNotAFaultForIt() throws Exception {
        web.metadata = "";
        web.period = 60;
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(180);
        assertThat(slow(room)).isEmpty();
    }

    @Test
    void whereTheOperatorAllowsItALongPeriodIsShortened() throws Exception {
        web.period = 10;
        GuestsRoom room = host.start(Mode.HEAL, BUDGET, StatsPeriod.SHORTEN);
        host.until("it is shortened", () -> web.period == 1);
        host.pass(30);
        assertThat(host.hypervisor.asked).containsExactly("period web 1");
        assertThat(room.line(web.id).details().get("why")).isEmpty();
    }

    @Test
    void itIsNotShortenedForWhoOptedOut() throws Exception {
        web.metadata = "<w:memory xmlns:w='https://watchdog.dev/libvirt/memory/1' manage='no'/>";
        web.period = 10;
        host.start(Mode.HEAL, BUDGET, StatsPeriod.SHORTEN);
        host.pass(60);
        assertThat(web.period).isEqualTo(10);
    }

    @Test
    void reportsThatSomebodySwitchedOffAreAskedForAgain() throws Exception {
        host.start(Mode.HEAL, BUDGET);
        host.pass(20);
        web.period = 0;
        host.until("it is armed again", () -> web.period == 1);
        web.period = 0;
        host.until("and again", () -> web.period == 1);
        assertThat(host.hypervisor.asked).containsExactly("period web 1", "period web 1");
    }

    @Test
    void aTimerThatWasStoppedBehindLibvirtsBackIsStartedAgain() throws Exception {
        web.period = 2;
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(20);
        web.stopped = host.clock.now().wall().getEpochSecond();
        host.until("its period is set anew", () -> web.stopped == 0);
        host.pass(10);
        assertThat(host.hypervisor.asked).containsExactly("period web 2");
        host.until("it is told", () -> !room.told(ActionEvent.Succeeded.class).isEmpty());
    }

    @Test
    void aDriverThatHangsIsAskedSeldomAndItsNumbersAreNotTakenForItsNeed() throws Exception {
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        assertThat(room.line(web.id).details()).containsEntry("need", "300 MiB");
        web.mute = true;
        web.stopped = host.clock.now().wall().getEpochSecond();
        host.pass(15);
        assertThat(room.line(web.id).state()).isEqualTo("unknown");
        assertThat(room.line(web.id).details())
                .containsEntry("need", "?")
                .containsEntry("trend", "?")
                .containsEntry("headroom", "?")
                .doesNotContainKey("needBytes");
    }

    @Test
    void aGuestThatIsSkippedForAMomentIsNeitherBusyNorUnknown() throws Exception {
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        web.skipped = true;
        host.pass(2);
        assertThat(room.line(web.id).details().get("why")).isEmpty();
        assertThat(room.line(web.id).details()).containsEntry("need", "300 MiB");
        host.pass(30);
        assertThat(room.line(web.id).details().get("why")).isEqualTo(SeenGuest.SILENT);
    }

    @Test
    void aGuestOfWhichItsLibvirtDriverNeverTellsAnythingIsNotCalledBusy() throws Exception {
        web.skipped = true;
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(30);
        assertThat(room.line(web.id).details().get("why")).isEqualTo(SeenGuest.NO_STATISTICS);
    }
}
