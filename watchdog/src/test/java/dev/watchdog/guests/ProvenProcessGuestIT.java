package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.GuestSearch.Result;
import dev.watchdog.libvirt.GuestStats;
import dev.watchdog.libvirt.MadeUp;
import dev.watchdog.testing.Libvirtd;
import dev.watchdog.testing.NeedsGuests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real libvirtd in a pid namespace of its own, a real QEMU that never boots, and users' processes that claim to be it. */
@NeedsGuests
@Timeout(300)
class ProvenProcessGuestIT {
    /** More than are told of one guest by their claims. */
    private static final int LIARS = 12;

    private static final UUID ID = UUID.randomUUID();

    @TempDir
    Path directory;

    @Test
    void its_process_is_known_among_many_that_claim_to_be_it() throws IOException {
        try (FalseQemus liars = new FalseQemus(ID, LIARS);
                Libvirtd daemon = new Libvirtd()) {
            daemon.virsh("create", description().toString(), "--paused").orFail();
            long qemu = qemu(liars.pids());
            assertThat(search(directory, daemon.uri()))
                    .as("without libvirt's pid files nobody can tell")
                    .isNull();
            assertThat(search(daemon.run(), daemon.uri()))
                    .isNotNull()
                    .returns(true, Result::proven)
                    .returns(0, Result::user)
                    .extracting(result -> result.processes().get(0).directory())
                    .isEqualTo(Path.of("/proc", Long.toString(qemu)));
            daemon.kill();
            assertThat(search(daemon.run(), daemon.uri()))
                    .as("its QEMU lives on")
                    .isNotNull()
                    .returns(true, Result::proven);
            assertThat(search(daemon.run(), "qemu+unix:///session?socket=x"))
                    .as("a guest of another daemon")
                    .isNull();
        }
    }

    private Path description() throws IOException {
        return Files.writeString(directory.resolve("guest.xml"), """
                <domain type='qemu'>
                  <name>claimed guest</name>
                  <uuid>%s</uuid>
                  <memory unit='MiB'>64</memory>
                  <os><type arch='x86_64'>hvm</type></os>
                  <devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices>
                </domain>
                """.formatted(ID));
    }

    private static @Nullable Result search(Path run, String source) {
        GuestStats stats = MadeUp.stats(ID, "claimed guest", GuestStats.State.PAUSED, Map.of());
        SeenGuest guest =
                SeenGuest.of(source, stats, GuestDescription.UNREAD, SeenGuest.Voice.HEARD, GuestsSettings.DEFAULTS);
        return new GuestSearch(Path.of("/proc"), new PidFiles(run)::holder)
                .find(List.of(guest), Map.of())
                .get(ID);
    }

    private static long qemu(List<Long> liars) {
        return ProcessHandle.allProcesses()
                .filter(each -> !liars.contains(each.pid()))
                .filter(each -> each.info()
                        .arguments()
                        .map(arguments -> List.of(arguments).contains(ID.toString()))
                        .orElse(false))
                .mapToLong(ProcessHandle::pid)
                .findFirst()
                .orElseThrow();
    }
}
