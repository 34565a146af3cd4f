package dev.watchdog.libvirt;

import static dev.watchdog.libvirt.Answers.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.watchdog.libvirt.LibvirtException.Reason;
import dev.watchdog.testing.NeedsGuests;
import dev.watchdog.testing.ShippedJvm;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real library, with its own test driver and with daemons that are not there. */
@NeedsGuests
@Timeout(60)
class LibvirtHypervisorGuestIT {
    private static final UUID TEST_GUEST = UUID.fromString("6695eb01-f6a4-8304-79aa-97f2502e193f");

    @TempDir
    Path directory;

    @Test
    void aDriverInsideTheProcessAnswers() throws Exception {
        try (LibvirtHypervisor test = hypervisor("test:///default")) {
            assertThat(test.info().get(10, TimeUnit.SECONDS).uri()).isEqualTo("test:///default");
            assertThat(test.stats().get(10, TimeUnit.SECONDS)).singleElement().satisfies(guest -> {
                assertThat(guest.uuid()).isEqualTo(TEST_GUEST);
                assertThat(guest.name()).isEqualTo("test");
                assertThat(guest.state()).isEqualTo(GuestStats.State.RUNNING);
                assertThat(guest.balloon().usableKib()).isEmpty();
            });
            assertThat(test.xml(TEST_GUEST).get(10, TimeUnit.SECONDS)).contains("<name>test</name>");
            assertThat(test.busy(TEST_GUEST).get(10, TimeUnit.SECONDS)).isFalse();
            test.setMemory(TEST_GUEST, 1_048_576).get(10, TimeUnit.SECONDS);
            test.setStatsPeriod(TEST_GUEST, 1).get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void moreThanAnybodyNeedsIsToldAndFillsNoHeap() {
        ShippedJvm.run(HostileGuests.class, directory.toString());
    }

    @Test
    void errorsAreToldApartInOneLine() {
        try (LibvirtHypervisor test = hypervisor("test:///default")) {
            assertFails(test.xml(UUID.randomUUID()), Reason.GONE);
            assertFails(test.setMemory(TEST_GUEST, 1L << 40), Reason.REFUSED);
        }
    }

    @Test
    void aDaemonThatIsNotThereIsToldOnceAndAwaited() throws Exception {
        Path socket = directory.resolve("late");
        HeardGuestEvents heard = new HeardGuestEvents();
        LibvirtHypervisor.Timing quick = new LibvirtHypervisor.Timing(
                Duration.ofSeconds(5), Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofMillis(20));
        try (LibvirtHypervisor none = new LibvirtHypervisor("qemu+unix:///system?socket=" + socket, quick)) {
            assertFails(none.stats(), Reason.ABSENT);
            none.watch(heard);
            assertThat(heard.link()).containsExactly("lost ABSENT");
            try (ServerSocketChannel late = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                late.bind(UnixDomainSocketAddress.of(socket));
                // hangs up on the first two, so there is a third only if a failed attempt is followed by another
                for (int i = 0; i < 3; i++) {
                    late.accept().close();
                }
            }
            assertFails(none.stats(), Reason.ABSENT);
            assertThat(heard.link()).containsExactly("lost ABSENT");
        }
    }

    @Test
    void theEventThreadEndsWithTheLastConnection() throws Exception {
        try (LibvirtHypervisor test = hypervisor("test:///default")) {
            assertThat(test.stats().get(10, TimeUnit.SECONDS)).isNotEmpty();
            assertThat(eventThreads()).isEqualTo(1);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> eventThreads() == 0);
    }

    @Test
    void withoutTheLibraryItSaysWhatToInstall() {
        assertThatThrownBy(() -> Libvirt.library("libvirt-none.so.0"))
                .isInstanceOfSatisfying(
                        LibvirtException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MISSING))
                .hasMessageContaining("libvirt0");
    }

    private static LibvirtHypervisor hypervisor(String uri) {
        return new LibvirtHypervisor(uri, LibvirtHypervisor.Timing.SHIPPED);
    }

    private static long eventThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("libvirt-events"))
                .count();
    }
}
