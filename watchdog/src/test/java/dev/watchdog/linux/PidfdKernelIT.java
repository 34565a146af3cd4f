package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.watchdog.testing.NeedsRoot;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both kinds of hold on a process. */
@NeedsRoot
class PidfdKernelIT {
    private static final int SIGKILL = 9;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsTheLivingFromZombiesAndTheGone(boolean real) throws Exception {
        PlainProcess process = PlainProcess.start();
        try (Pidfd held = Pidfd.open(process.pid(), real)) {
            assertThat(held.exited()).isFalse();
            assertThat(PlainProcess.kill(process.pid(), SIGKILL)).isZero();
            await().atMost(Duration.ofMinutes(1)).until(held::exited);
            // not waited for yet
            assertThat(Processes.exists(process.pid())).isTrue();
            try (Pidfd zombie = Pidfd.open(process.pid(), real);
                    MountNamespaces threads = new MountNamespaces(1, 2)) {
                assertThat(zombie.exited()).isTrue();
                assertThatThrownBy(() -> threads.inside(zombie, Duration.ofMinutes(1), Visit::root)
                                .join())
                        .hasMessageContaining("setns")
                        .hasMessageContaining("ESRCH");
            }
            process.close();
            assertThat(Processes.exists(process.pid())).isFalse();
            assertThat(held.exited()).isTrue();
            assertThatThrownBy(() -> Pidfd.open(process.pid(), real)).hasMessageContaining("ESRCH");
        } finally {
            process.close();
        }
    }

    @Test
    void aProcessWhoseFirstThreadHasEndedLivesOn() throws Exception {
        String fields = " 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 ";
        assertThat(Pidfd.isEndedBy("7 (a) Z) Z" + fields + "3 0 100")).isFalse();
        assertThat(Pidfd.isEndedBy("7 (a) Z) Z" + fields + "1 0 100")).isTrue();
        assertThat(Pidfd.isEndedBy("7 (a) Z) S" + fields + "1 0 100")).isFalse();
        assertThat(Pidfd.isEndedBy("7 (a) X" + fields + "0 0 100")).isTrue();
        assertThat(Pidfd.isEndedBy("")).isTrue();
    }

    @Test
    void aThreadIsFoundByItsNumberToo() throws Exception {
        try (Descriptor named = Procfs.thread();
                Descriptor numbered = Procfs.threadByNumber()) {
            assertThat(new String(read(numbered), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo(new String(read(named), java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    private static byte[] read(Descriptor thread) throws ErrnoException {
        try (Descriptor status = Procfs.open(thread, "comm")) {
            return ByteReader.all(status, 100);
        }
    }
}
