package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.FaultRaised;
import dev.watchdog.healing.Finding;
import dev.watchdog.healing.Mode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Guests that are left alone on purpose are not unseen: one pass finds nothing that could not be seen. */
@Timeout(60)
class LeftAloneTest {
    private static final String OUT = "<w:memory xmlns:w='https://watchdog.dev/libvirt/memory/1' manage='no'/>";

    @TempDir
    Path directory;

    private VirtualHost host;

    @BeforeEach
    void host() throws Exception {
        host = new VirtualHost(directory);
    }

    @AfterEach
    void end() {
        host.close();
    }

    private List<Finding> check() throws Exception {
        return host.start(Mode.OBSERVE, 4_096).room.check().get();
    }

    @Test
    void whoIsBuiltSoThatNothingCanBeDoneIsSeen() throws Exception {
        host.hypervisor.guest("gpu", 1_024, 300).devices = "<hostdev mode='subsystem' type='pci'/>";
        assertThat(check())
                .noneMatch(LeftAloneTest::isUnseen)
                .filteredOn(Finding.Faulty.class::isInstance)
                .extracting(Finding::kind)
                .containsExactly(Kinds.UNMANAGEABLE.name());
    }

    @Test
    void whoOptedOutIsSeenEvenWithoutADriver() throws Exception {
        PretendHypervisor.Guest windows = host.hypervisor.guest("windows", 1_024, 300);
        windows.metadata = OUT;
        windows.period = 0;
        assertThat(check()).noneMatch(LeftAloneTest::isUnseen).noneMatch(Finding.Faulty.class::isInstance);
    }

    @Test
    void whoNobodyAskedAndWhoTellsNothingIsNot() throws Exception {
        host.hypervisor.guest("windows", 1_024, 300).period = 0;
        assertThat(check()).anyMatch(Finding.Unknown.class::isInstance);
    }

    @Test
    void whoGetsADeviceIsShortOfNothingAnyMore() throws Exception {
        PretendHypervisor.Guest web = host.hypervisor.guest("web", 1_024, 300).optedIn();
        GuestsRoom room = host.start(Mode.OBSERVE, 4_096);
        host.pass(40);
        web.need = 1_010;
        host.until(
                "it is short",
                () -> room.told(FaultRaised.class).stream()
                        .anyMatch(each -> each.kind().equals(Kinds.PRESSURE.name())));
        web.devices = "<hostdev mode='subsystem' type='pci'/>";
        host.until("it is left alone", () -> room.line(web.id).state().equals("left-alone"));
        host.pass(3);
        assertThat(room.live.healer().open()).noneMatch(each -> each.kind().equals(Kinds.PRESSURE.name()));
    }

    /** What is left alone on purpose is not unseen. */
    private static boolean isUnseen(Finding finding) {
        return finding instanceof Finding.Unknown unknown && !unknown.leftAlone();
    }
}
