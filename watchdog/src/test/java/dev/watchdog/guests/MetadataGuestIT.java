package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.guests.policy.Wishes;
import dev.watchdog.guests.policy.Wishes.Consent;
import dev.watchdog.libvirt.Hypervisor;
import dev.watchdog.libvirt.LibvirtHypervisor;
import dev.watchdog.testing.Libvirtd;
import dev.watchdog.testing.NeedsGuests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the README tells an owner to type, on a real libvirtd. */
@NeedsGuests
@Timeout(120)
class MetadataGuestIT {
    private static final UUID GUEST = UUID.fromString("1d2c3b4a-0000-4000-8000-000000000004");
    private static final UUID OTHER = UUID.fromString("1d2c3b4a-0000-4000-8000-000000000005");
    private static final long GIB = 1L << 30;

    @TempDir
    Path directory;

    @Test
    void whatTheOwnerSetsByVirshIsRead() throws Exception {
        Path xml = Files.writeString(directory.resolve("guest.xml"), """
                <domain type='qemu'>
                  <name>web; rm -rf *</name>
                  <uuid>%s</uuid>
                  <memory unit='MiB'>128</memory>
                  <os><type arch='x86_64' machine='pc'>hvm</type></os>
                  <devices>
                    <emulator>/usr/bin/qemu-system-x86_64</emulator>
                    <controller type='usb' model='none'/>
                    <memballoon model='virtio' autodeflate='on'/>
                  </devices>
                </domain>
                """.formatted(GUEST));
        try (Libvirtd daemon = new Libvirtd();
                Hypervisor hypervisor = new LibvirtHypervisor(daemon.uri(), LibvirtHypervisor.Timing.SHIPPED)) {
            daemon.virsh("define", xml.toString()).orFail();
            daemon.virsh("start", GUEST.toString(), "--paused").orFail();
            GuestDescription plain = describe(hypervisor);
            assertThat(plain.obstacles()).isEmpty();
            assertThat(plain.balloon()).isTrue();
            assertThat(plain.autodeflate()).isTrue();
            assertThat(plain.statsPeriod()).isZero();
            assertThat(plain.wishes()).isEqualTo(MemoryWishes.NONE);

            set(daemon, "<memory manage='yes' floor='2GiB' ceiling='8GiB' weight='2'/>");
            hypervisor.setStatsPeriod(GUEST, 3).get(30, TimeUnit.SECONDS);

            GuestDescription asked = describe(hypervisor);
            assertThat(asked.wishes().forPolicy()).isEqualTo(new Wishes(Consent.IN, 2 * GIB, 8 * GIB, 2, ""));
            assertThat(asked.statsPeriod()).isEqualTo(3);

            set(daemon, "<memory manage='no'/>");
            assertThat(describe(hypervisor).wishes().forPolicy()).isEqualTo(Wishes.OUT);
            daemon.virsh("destroy", GUEST.toString()).orFail();
            daemon.virsh("start", GUEST.toString(), "--paused").orFail();
            assertThat(describe(hypervisor).wishes().forPolicy()).isEqualTo(Wishes.OUT);
            assertThat(describe(hypervisor).statsPeriod()).isZero();

            daemon.virsh(
                            "metadata",
                            GUEST.toString(),
                            "--uri",
                            MetadataElement.NAMESPACE,
                            "--remove",
                            "--live",
                            "--config")
                    .orFail();
            assertThat(describe(hypervisor).wishes()).isEqualTo(MemoryWishes.NONE);
        }
    }

    /** What a daemon gives of one guest may be 4 MiB; what an owner writes there is told to be too much of that one. */
    @Test
    void aDescriptionOfTwoMebibytesIsThatGuestsAloneToAnswerFor() throws Exception {
        try (Libvirtd daemon = new Libvirtd();
                Hypervisor hypervisor = new LibvirtHypervisor(daemon.uri(), LibvirtHypervisor.Timing.SHIPPED)) {
            start(daemon, GUEST, "d".repeat(2 << 20));
            start(daemon, OTHER, "d".repeat(900_000));
            assertThat(hypervisor.stats().get(30, TimeUnit.SECONDS)).hasSize(2);
            assertThatThrownBy(() -> hypervisor.xml(GUEST).get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("it is longer than 1048576 bytes");
            assertThat(GuestDescription.of(hypervisor.xml(OTHER).get(30, TimeUnit.SECONDS))
                            .obstacles())
                    .isEmpty();
        }
    }

    private void start(Libvirtd daemon, UUID guest, String description) throws Exception {
        Path xml = Files.writeString(directory.resolve(guest + ".xml"), """
                <domain type='qemu'>
                  <name>%s</name>
                  <uuid>%s</uuid>
                  <description>%s</description>
                  <memory unit='MiB'>64</memory>
                  <os><type arch='x86_64' machine='pc'>hvm</type></os>
                  <devices>
                    <emulator>/usr/bin/qemu-system-x86_64</emulator>
                    <controller type='usb' model='none'/>
                    <memballoon model='virtio'/>
                  </devices>
                </domain>
                """.formatted(guest, guest, description));
        daemon.virsh("define", xml.toString()).orFail();
        daemon.virsh("start", guest.toString(), "--paused").orFail();
    }

    private static void set(Libvirtd daemon, String element) {
        daemon.virsh(
                        "metadata",
                        GUEST.toString(),
                        "--uri",
                        MetadataElement.NAMESPACE,
                        "--key",
                        "watchdog",
                        "--set",
                        element,
                        "--live",
                        "--config")
                .orFail();
    }

    private static GuestDescription describe(Hypervisor hypervisor) throws Exception {
        return GuestDescription.of(hypervisor.xml(GUEST).get(30, TimeUnit.SECONDS));
    }
}
