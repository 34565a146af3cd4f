package dev.watchdog.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** What a hypervisor's futures end with. */
final class Answers {
    private static final int PATIENCE_SECONDS = 60;

    private Answers() {}

    /** The answer, or the test's failure. */
    static <T> T of(CompletableFuture<T> answer) throws Exception {
        return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** It fails for this reason, in one line. */
    static void assertFails(CompletableFuture<?> answer, LibvirtException.Reason reason) {
        assertThatThrownBy(() -> of(answer))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(LibvirtException.class, e -> {
                    assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
                    assertThat(e.getMessage()).doesNotContain("\n");
                });
    }

    /** One guest's statistics now. */
    static GuestStats stats(Hypervisor hypervisor, UUID guest) throws Exception {
        return of(hypervisor.stats()).stream()
                .filter(each -> each.uuid().equals(guest))
                .findFirst()
                .orElseThrow();
    }
}
