package dev.watchdog.libvirt;

import static dev.watchdog.libvirt.Answers.answer;
import static dev.watchdog.libvirt.Answers.assertFails;
import static dev.watchdog.libvirt.Answers.stats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.libvirt.LibvirtException.Reason;
import dev.watchdog.testing.Libvirtd;
import dev.watchdog.testing.NeedsGuests;
import dev.watchdog.testing.TestGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real guests of a real libvirtd: their statistics and their balloons. */
@NeedsGuests
@Timeout(600)
class BalloonGuestIT {
    private static final long MIB = 1024;
    private static final long WHOLE = 512 * MIB;
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final LibvirtHypervisor.Timing PATIENT = new LibvirtHypervisor.Timing(
            Duration.ofSeconds(30), Duration.ofMillis(250), Duration.ofSeconds(1), Duration.ofSeconds(1));

    private static Libvirtd daemon;
    private static TestGuest guest;
    private static TestGuest plain;
    private static LibvirtHypervisor hypervisor;

    @BeforeAll
    static void boot() throws Exception {
        daemon = new Libvirtd();
        guest = TestGuest.boot(daemon, TestGuest.Shape.of("elastic; rm -rf <&\"$HOME\">", 512));
        plain = TestGuest.boot(daemon, TestGuest.Shape.of("plain", 256).withoutBalloon());
        hypervisor = new LibvirtHypervisor(daemon.uri(), PATIENT);
        answer(hypervisor.setStatsPeriod(guest.uuid(), 1));
        await().atMost(LONG).until(() -> balloon().usableKib().isPresent());
    }

    @AfterAll
    static void end() throws IOException {
        if (hypervisor != null) {
            hypervisor.close();
        }
        if (daemon != null) {
            daemon.close();
        }
    }

    @Test
    void whatABalloonTakesIsNoLongerUsableAndTheChangeIsTold() throws Exception {
        HeardGuestEvents heard = new HeardGuestEvents();
        Runnable end = hypervisor.watch(heard);
        long before = balloon().usableKib().orElseThrow();

        assertThat(answer(hypervisor.busy(guest.uuid()))).isFalse();
        answer(hypervisor.setMemory(guest.uuid(), 384 * MIB));

        await().atMost(LONG).untilAsserted(() -> {
            assertThat(balloon().currentKib()).hasValue(384 * MIB);
            assertThat(balloon().usableKib().orElseThrow()).isLessThan(before - 100 * MIB);
            assertThat(heard.events())
                    .contains(new GuestEvent.BalloonChanged(guest.uuid(), "elastic; rm -rf <&\"$HOME\">", 384 * MIB));
        });
        assertThat(guest.meminfoKib("MemTotal")).isLessThan(384 * MIB);

        answer(hypervisor.setMemory(guest.uuid(), WHOLE));

        await().atMost(LONG).untilAsserted(() -> {
            assertThat(balloon().currentKib()).hasValue(WHOLE);
            assertThat(balloon().usableKib().orElseThrow()).isGreaterThan(before - 20 * MIB);
        });
        end.run();
    }

    @Test
    void cacheThatCanBeDroppedIsUsableAndFilesInMemoryAreNot() throws Exception {
        long before = balloon().usableKib().orElseThrow();

        guest.run("dd if=/dev/vda of=/dev/null bs=1M count=100 2>/dev/null").orFail();
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(balloon().diskCachesKib().orElseThrow()).isGreaterThan(100 * MIB);
            assertThat(balloon().usableKib().orElseThrow()).isGreaterThan(before - 20 * MIB);
        });

        guest.run("dd if=/dev/zero of=/tmp/full bs=1M count=100 2>/dev/null").orFail();
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(balloon().diskCachesKib().orElseThrow()).isGreaterThan(200 * MIB);
            assertThat(balloon().usableKib().orElseThrow()).isLessThan(before - 90 * MIB);
        });

        guest.run("rm /tmp/full; echo 3 >/proc/sys/vm/drop_caches").orFail();
        await().atMost(LONG).until(() -> balloon().diskCachesKib().orElseThrow() < 100 * MIB);
    }

    @Test
    void aReadOnlyConnectionChangesNothing() throws Exception {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
        try (Link watching = new Link("test", daemon.uri(), true, PATIENT, timer, Listeners.NOBODY)) {
            assertFails(
                    watching.call("set memory", PATIENT.deadline(), connection -> {
                        Domains.setMemory(connection, guest.uuid(), 300 * MIB);
                        return true;
                    }),
                    Reason.DENIED);
        } finally {
            timer.shutdownNow();
        }
        assertThat(balloon().currentKib()).hasValue(WHOLE);
    }

    @Test
    void theConnectionThatCanChangeIsOpenedWhenSomethingIsChanged() throws Exception {
        await().until(() -> daemon.clients() == 2);
        try (LibvirtHypervisor second = new LibvirtHypervisor(daemon.uri(), PATIENT)) {
            answer(second.stats());
            assertThat(answer(second.xml(guest.uuid()))).contains("<memballoon model='virtio'>");
            assertThat(daemon.clients()).isEqualTo(3);
            answer(second.setStatsPeriod(guest.uuid(), 1));
            assertThat(daemon.clients()).isEqualTo(4);
        }
        await().until(() -> daemon.clients() == 2);
    }

    @Test
    void aGuestWithoutBalloonTellsLittleAndCannotBeChanged() throws Exception {
        GuestStats told = stats(hypervisor, plain.uuid());
        assertThat(told.name()).isEqualTo("plain");
        assertThat(told.state()).isEqualTo(GuestStats.State.RUNNING);
        assertThat(told.balloon().maximumKib()).hasValue(256 * MIB);
        assertThat(told.balloon().usableKib()).isEmpty();
        assertThat(told.balloon().lastUpdateSeconds()).isEmpty();
        assertFails(hypervisor.setMemory(plain.uuid(), 200 * MIB), Reason.INVALID);
        // libvirt 9.0 calls this an internal error
        assertFails(hypervisor.setStatsPeriod(plain.uuid(), 1), Reason.REFUSED);
    }

    @Test
    void aPausedGuestIsToldAsPaused() throws Exception {
        HeardGuestEvents heard = new HeardGuestEvents();
        Runnable end = hypervisor.watch(heard);
        daemon.virsh("suspend", plain.uuid().toString()).orFail();
        await().atMost(LONG)
                .until(() -> stats(hypervisor, plain.uuid()).state() == GuestStats.State.PAUSED
                        && heard.events().stream().anyMatch(event -> is(event, GuestEvent.Change.SUSPENDED)));
        daemon.virsh("resume", plain.uuid().toString()).orFail();
        await().atMost(LONG)
                .until(() -> stats(hypervisor, plain.uuid()).state() == GuestStats.State.RUNNING
                        && heard.events().stream().anyMatch(event -> is(event, GuestEvent.Change.RESUMED)));
        end.run();
    }

    @Test
    void aGuestThatIsNotThereIsGone() {
        assertFails(hypervisor.setMemory(UUID.randomUUID(), WHOLE), Reason.GONE);
        assertFails(hypervisor.xml(UUID.randomUUID()), Reason.GONE);
        assertFails(hypervisor.busy(UUID.randomUUID()), Reason.GONE);
    }

    @Test
    void bulkCallsKeepNothing() throws Exception {
        for (int i = 0; i < 50; i++) {
            answer(hypervisor.stats());
        }
        long descriptors = entries("fd");
        long threads = entries("task");
        for (int i = 0; i < 2_000; i++) {
            assertThat(answer(hypervisor.stats())).hasSize(2);
        }
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(entries("fd")).isLessThan(descriptors + 8);
            assertThat(entries("task")).isLessThan(threads + 8);
        });
    }

    private static boolean is(GuestEvent event, GuestEvent.Change change) {
        return event instanceof GuestEvent.Lifecycle life
                && life.guest().equals(plain.uuid())
                && life.change() == change;
    }

    private static BalloonStats balloon() throws Exception {
        return stats(hypervisor, guest.uuid()).balloon();
    }

    private static long entries(String what) throws IOException {
        try (Stream<Path> list = Files.list(Path.of("/proc/self", what))) {
            return list.count();
        }
    }
}
