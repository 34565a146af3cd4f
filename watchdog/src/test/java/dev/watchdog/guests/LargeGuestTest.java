package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.FaultRaised;
import dev.watchdog.healing.Mode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A guest of which there is more to read than is read. */
@Timeout(120)
class LargeGuestTest {
    @TempDir
    Path directory;

    @Test
    void what_is_not_read_of_one_guest_is_told_of_that_one_alone() throws Exception {
        try (VirtualHost host = new VirtualHost(directory)) {
            PretendHypervisor.Guest large =
                    host.hypervisor.guest("large", 2_048, 300).optedIn().has(2_000);
            PretendHypervisor.Guest hog =
                    host.hypervisor.guest("hog", 2_048, 400).optedIn().has(1_000);
            large.withheld = "it is longer than 1048576 bytes";
            GuestsRoom room = host.start(Mode.HEAL, 4_096);
            host.pass(40);
            hog.need = 1_000;
            host.until("the other has what it needs", () -> hog.actual > 1_050);
            host.until(
                    "it is told",
                    () -> room.told(FaultRaised.class).stream()
                            .anyMatch(each -> each.kind().equals(Kinds.UNMANAGEABLE.name())));
            assertThat(room.line(large.id).details().get("why"))
                    .isEqualTo("its XML cannot be read: it is longer than 1048576 bytes");
            assertThat(VirtualHost.sets(host.hypervisor, "large")).isEmpty();
        }
    }
}
