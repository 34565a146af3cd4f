package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.healing.Mode;
import dev.watchdog.libvirt.GuestEvent;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an owner wishes holds as soon as it is written: nobody waits for the turn at which XML is read again. */
@Timeout(120)
class WishesAtOnceTest {
    private static final long BUDGET = 4_096;
    private static final String OUT = "<w:memory xmlns:w='https://watchdog.dev/libvirt/memory/1' manage='no'/>";

    @TempDir
    Path directory;

    private VirtualHost host;
    private GuestsRoom room;
    private PretendHypervisor.Guest hog;
    private PretendHypervisor.Guest donor;

    @BeforeEach
    void twoGuestsThatFillTheHost() throws Exception {
        host = new VirtualHost(directory);
        hog = host.hypervisor.guest("hog", 2_048, 400).optedIn().has(1_000);
        donor = host.hypervisor.guest("donor", 3_096, 300).optedIn();
        room = host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        assertThat(host.hypervisor.asked).isEmpty();
    }

    @AfterEach
    void end() {
        host.close();
    }

    @Test
    void whatLibvirtTellsOfIsReadAtOnce() {
        donor.metadata = OUT;
        host.hypervisor.tell(new GuestEvent.Redescribed(donor.id, "donor"));
        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        "it has opted out".equals(room.line(donor.id).details().get("why")));
    }

    @Test
    void twoChangesInOneBreathEndWithTheLast() {
        for (int i = 0; i < 20; i++) {
            donor.metadata = i % 2 == 0 ? OUT : "";
            host.hypervisor.tell(new GuestEvent.Redescribed(donor.id, "donor"));
        }
        donor.metadata = OUT;
        host.hypervisor.tell(new GuestEvent.Redescribed(donor.id, "donor"));
        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        "it has opted out".equals(room.line(donor.id).details().get("why")));
    }

    @Test
    void itIsReadAgainImmediatelyBeforeEachStep() throws Exception {
        donor.metadata = OUT;
        hog.need = 1_100;
        host.pass(10);
        assertThat(VirtualHost.sets(host.hypervisor, "donor")).isEmpty();
        assertThat(donor.actual).isEqualTo(3_096);
    }

    @Test
    void aDeviceThatIsPluggedInMeanwhileStopsTheNextStep() throws Exception {
        donor.devices = "<hostdev mode='subsystem' type='pci'/>";
        hog.need = 1_100;
        host.pass(10);
        assertThat(VirtualHost.sets(host.hypervisor, "donor")).isEmpty();
        assertThat(room.line(donor.id).state()).isEqualTo("left-alone");
    }
}
