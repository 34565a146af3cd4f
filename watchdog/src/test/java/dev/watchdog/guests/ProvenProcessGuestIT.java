package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.GuestSearch.Result;
import dev.watchdog.guests.policy.GuestFinding;
import dev.watchdog.libvirt.GuestStats;
import dev.watchdog.libvirt.MadeUp;
import dev.watchdog.testing.Libvirtd;
import dev.watchdog.testing.LimitedGroup;
import dev.watchdog.testing.NeedsGuests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real libvirtd in a pid namespace of its own, real QEMUs, and users' processes that claim to be them. */
@NeedsGuests
@Timeout(300)
class ProvenProcessGuestIT {
    /** More than are told of one guest by their claims. */
    private static final int LIARS = 12;

    private static final long MIB = 1L << 20;

    /** Of the booted guest, in MiB: what it boots with, and begins with. */
    private static final long SIZE = 1024;

    private static final long LESS = 288;

    /** What the control group of its QEMU leaves it beyond that, in MiB. */
    private static final long MORE = 300;

    /** Room for a shell's pages, and no guest. */
    private static final long NARROW = 64 * MIB;

    /** What it leaves itself when it starves, in MiB: short by the policy's reserve for its size. */
    private static final int LEFT = 20;

    private static final int ROUNDS = 5;

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

    /** Those who say that they are it live where there is room for nothing: believed, they would keep all memory from it. */
    @Test
    void a_booted_guest_has_its_own_limits_and_what_it_needs_whoever_claims_to_be_it() throws Exception {
        try (RealHost host = new RealHost();
                LimitedGroup wide = new LimitedGroup();
                LimitedGroup narrow = new LimitedGroup();
                RealGuest web = host.bootIn(
                        wide, RealHost.optedIn("claimed", (int) SIZE).withPeriod(1))) {
            web.setmem(LESS);
            long allowed = wide.used() + MORE * MIB;
            wide.limit(allowed);
            narrow.limit(NARROW);
            long qemu = web.qemu();
            RealHost.show(directory, qemu);
            Files.createSymbolicLink(directory.resolve("run"), host.daemon.run());
            try (FalseQemus liars = new FalseQemus(commandLine(qemu), LIARS)) {
                for (long each : liars.pids()) {
                    narrow.take(each);
                    RealHost.show(directory, each);
                }
                try (GuestsRoom room = host.start(directory, 4 * SIZE, MoveStep.UNHEARD)) {
                    Watched watched = new Watched(room);
                    RealHost.awaitSettled(room, List.of(web));
                    GuestFinding found =
                            Objects.requireNonNull(watched.last().findings().get(web.id));
                    assertThat(found.bounds().limit()).as(Story.of(room)).isEqualTo(wide.path());
                    assertThat(found.ceiling()).isBetween((LESS + MORE / 4) * MIB, (SIZE - MORE / 4) * MIB);
                    Grant first = Grant.starve(room, watched, web, LEFT);
                    assertThat(first.sinceSign()).as(Story.of(room)).isLessThanOrEqualTo(first.allowed());
                    for (int i = 0; i < ROUNDS; i++) {
                        web.starve(LEFT);
                        RealHost.during(
                                room,
                                Duration.ofSeconds(2),
                                () -> assertThat(wide.used()).isLessThan(allowed));
                    }
                    assertThat(watched.has(web)).as(Story.of(room)).isBetween(LESS + MORE / 4, SIZE - MORE / 4);
                    web.isAlive();
                }
                assertThat(liars.pids())
                        .as("they lived on")
                        .allMatch(each -> ProcessHandle.of(each).isPresent());
            }
        }
    }

    private static List<String> commandLine(long pid) throws IOException {
        return List.of(Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                .split("\0"));
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
