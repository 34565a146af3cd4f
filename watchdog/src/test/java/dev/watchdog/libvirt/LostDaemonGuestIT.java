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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real libvirtd that dies, comes back, comes late and hangs, under a real guest that lives on. */
@NeedsGuests
@Timeout(600)
class LostDaemonGuestIT {
    private static final long MIB = 1024;
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final LibvirtHypervisor.Timing QUICK = new LibvirtHypervisor.Timing(
            DEADLINE, Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofMillis(100));

    private static Libvirtd daemon;
    private static TestGuest guest;

    @BeforeAll
    static void boot() throws IOException {
        daemon = new Libvirtd();
        guest = TestGuest.boot(daemon, TestGuest.Shape.of("survivor", 256));
    }

    @AfterAll
    static void end() throws IOException {
        if (daemon != null) {
            daemon.close();
        }
    }

    @AfterEach
    void nothingOfTheClientIsLeft() {
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(daemon.clients()).isZero();
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("libvirt-"));
        });
    }

    @Test
    void aDaemonThatComesBackIsFoundAndItsEventsFlowAgain() throws Exception {
        HeardGuestEvents heard = new HeardGuestEvents();
        try (LibvirtHypervisor hypervisor = new LibvirtHypervisor(daemon.uri(), QUICK)) {
            hypervisor.watch(heard);
            await().atMost(LONG).until(() -> heard.link().equals(List.of("connected")));
            awaitBalloon(hypervisor, heard, 200 * MIB);

            daemon.kill();
            await().atMost(LONG).until(() -> heard.link().size() == 2);
            // many attempts to connect long
            await().during(Duration.ofMillis(500)).atMost(LONG).untilAsserted(() -> {
                assertFails(hypervisor.setMemory(guest.uuid(), 256 * MIB), Reason.ABSENT);
                assertFails(hypervisor.stats(), Reason.ABSENT);
            });
            assertThat(heard.link()).containsExactly("connected", "lost ABSENT");

            daemon.start();
            await().atMost(LONG).until(() -> heard.link().size() == 3);
            awaitBalloon(hypervisor, heard, 256 * MIB);
            assertThat(heard.link()).containsExactly("connected", "lost ABSENT", "connected");
        }
    }

    @Test
    void aDaemonThatComesLateIsFound() throws Exception {
        daemon.kill();
        HeardGuestEvents heard = new HeardGuestEvents();
        try (LibvirtHypervisor hypervisor = new LibvirtHypervisor(daemon.uri(), QUICK)) {
            hypervisor.watch(heard);
            await().atMost(LONG).until(() -> heard.link().equals(List.of("lost ABSENT")));
            daemon.start();
            await().atMost(LONG).until(() -> heard.link().equals(List.of("lost ABSENT", "connected")));
            assertThat(stats(hypervisor, guest.uuid()).state()).isEqualTo(GuestStats.State.RUNNING);
        }
    }

    @Test
    void callsOnAHungDaemonEndAtTheirDeadlineThenAtOnceAndComeBack() throws Exception {
        try (LibvirtHypervisor hypervisor = new LibvirtHypervisor(daemon.uri(), QUICK)) {
            await().atMost(LONG)
                    .ignoreExceptions()
                    .until(() -> !answer(hypervisor.stats()).isEmpty());
            daemon.freeze();
            try {
                List<CompletableFuture<?>> first = new ArrayList<>();
                long begun = System.nanoTime();
                for (int i = 0; i < Pool.THREADS; i++) {
                    first.add(hypervisor.stats());
                }
                first.forEach(answer -> assertFails(answer, Reason.TIMEOUT));
                assertThat(since(begun)).isBetween(DEADLINE, DEADLINE.multipliedBy(3));
                assertThat(hypervisor.overdue()).isEqualTo(Pool.THREADS);

                long again = System.nanoTime();
                for (int i = 0; i < 100; i++) {
                    assertFails(hypervisor.stats(), Reason.HUNG);
                }
                assertThat(since(again)).isLessThan(DEADLINE);
            } finally {
                daemon.thaw();
            }
            await().atMost(LONG).until(() -> hypervisor.overdue() == 0);
            assertThat(stats(hypervisor, guest.uuid()).name()).isEqualTo("survivor");
        }
    }

    private static void awaitBalloon(LibvirtHypervisor hypervisor, HeardGuestEvents heard, long kib) throws Exception {
        await().atMost(LONG).ignoreExceptions().until(() -> {
            answer(hypervisor.setMemory(guest.uuid(), kib));
            return true;
        });
        await().atMost(LONG)
                .until(() -> heard.events().contains(new GuestEvent.BalloonChanged(guest.uuid(), "survivor", kib)));
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
