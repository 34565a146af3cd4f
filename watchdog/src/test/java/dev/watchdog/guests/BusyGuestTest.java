package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.healing.Mode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Guests that libvirt works on for somebody else: nobody can set their memory, though their numbers come as ever. */
@Timeout(120)
class BusyGuestTest {
    private static final long BUDGET = 4_096;

    @TempDir
    Path directory;

    private VirtualHost host;
    private PretendHypervisor.Guest hog;
    private PretendHypervisor.Guest richest;
    private PretendHypervisor.Guest other;

    @BeforeEach
    void threeGuestsThatFillTheHost() throws Exception {
        host = new VirtualHost(directory);
        hog = host.hypervisor.guest("hog", 2_048, 400).optedIn().has(1_000);
        richest = host.hypervisor.guest("richest", 2_048, 300).optedIn().has(1_800);
        other = host.hypervisor.guest("other", 2_048, 300).optedIn().has(1_290);
    }

    @AfterEach
    void end() {
        host.close();
    }

    @Test
    void its_move_is_put_off_and_another_one_pays() throws Exception {
        richest.busy = true;
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        hog.need = 1_100;
        host.until("the hog has what it needs", () -> hog.actual > 1_200);
        assertThat(room.told(ActionEvent.Undone.class))
                .singleElement()
                .satisfies(each -> assertThat(each.why()).contains("busy").contains("put off"));
        host.pass(120);
        assertThat(VirtualHost.sets(host.hypervisor, "richest")).isEmpty();
        assertThat(room.told(FaultRaised.class))
                .extracting(FaultRaised::kind)
                .contains(Kinds.PRESSURE.name(), Kinds.UNMANAGEABLE.name())
                .doesNotContain(Kinds.STUCK.name());
        assertThat(room.told(ActionEvent.Requested.class))
                .extracting(ActionEvent.Requested::kind)
                .doesNotContain(Kinds.SETTLE.name());
        assertThat(room.line(richest.id).details().get("why")).isEqualTo(SeenGuest.BUSY);
    }

    @Test
    void it_takes_part_again_once_that_is_over() throws Exception {
        richest.busy = true;
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        hog.need = 1_100;
        host.until(
                "it is found busy", () -> !room.told(ActionEvent.Undone.class).isEmpty());
        host.pass(60);
        richest.busy = false;
        host.pass(40);
        hog.need = 1_800;
        host.until(
                "it is asked to give",
                () -> VirtualHost.sets(host.hypervisor, "richest").findAny().isPresent());
        host.until("the hog has what it needs", () -> hog.actual > 1_850);
    }

    @Test
    void one_that_starves_is_grown_once_that_is_over() throws Exception {
        hog.busy = true;
        GuestsRoom room = host.start(Mode.HEAL, BUDGET + 600);
        host.pass(40);
        hog.need = 960;
        host.until(
                "it is found busy", () -> !room.told(ActionEvent.Undone.class).isEmpty());
        host.pass(60);
        assertThat(VirtualHost.sets(host.hypervisor, "hog")).isEmpty();
        hog.busy = false;
        host.until("it has what it needs", () -> hog.actual > 1_050);
        assertThat(room.told(FaultRaised.class)).extracting(FaultRaised::kind).doesNotContain(Kinds.STUCK.name());
    }

    @Test
    void one_that_libvirt_says_nothing_of_is_not_ordered_anything() throws Exception {
        richest.silent = true;
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        hog.need = 1_100;
        host.until("the hog has what it needs", () -> hog.actual > 1_200);
        assertThat(VirtualHost.sets(host.hypervisor, "other")).isNotEmpty();
        assertThat(other.actual).isGreaterThan(other.need);
        assertThat(room.told(ActionEvent.Undone.class)).hasSize(1);
        assertThat(room.told(ActionEvent.Failed.class)).isEmpty();
    }
}
