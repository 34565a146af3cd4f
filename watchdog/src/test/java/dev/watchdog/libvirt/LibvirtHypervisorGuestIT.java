package dev.watchdog.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.watchdog.libvirt.LibvirtException.Reason;
import dev.watchdog.testing.NeedsGuests;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
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
            test.setMemory(TEST_GUEST, 1_048_576).get(10, TimeUnit.SECONDS);
            test.setStatsPeriod(TEST_GUEST, 1).get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void errorsAreToldApartInOneLine() {
        try (LibvirtHypervisor test = hypervisor("test:///default")) {
            assertFails(test.xml(UUID.randomUUID()), Reason.GONE);
            assertFails(test.setMemory(TEST_GUEST, 1L << 40), Reason.REFUSED);
        }
    }

    @Test
    void aDaemonThatIsNotThereIsToldOnceAndAwaited() {
        ConcurrentLinkedQueue<LibvirtException> lost = new ConcurrentLinkedQueue<>();
        try (LibvirtHypervisor none = hypervisor("qemu+unix:///system?socket=" + directory.resolve("none"))) {
            assertFails(none.stats(), Reason.ABSENT);
            Runnable end = none.watch(new GuestListener() {
                @Override
                public void connected() {}

                @Override
                public void event(GuestEvent event) {}

                @Override
                public void lost(LibvirtException why) {
                    lost.add(why);
                }
            });
            assertFails(none.stats(), Reason.ABSENT);
            end.run();
        }
        assertThat(lost).hasSizeLessThan(2);
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

    private static void assertFails(CompletableFuture<?> answer, Reason reason) {
        assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(LibvirtException.class, e -> {
                    assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
                    assertThat(e.getMessage()).doesNotContain("\n");
                });
    }
}
