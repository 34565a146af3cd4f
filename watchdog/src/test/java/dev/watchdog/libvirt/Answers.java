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
    static <T> T answer(CompletableFuture<T> asked) throws Exception {
        return asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** It fails for this reason, in one line. */
    static void assertFails(CompletableFuture<?> asked, LibvirtException.Reason reason) {
        assertThatThrownBy(() -> answer(asked))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(LibvirtException.class, e -> {
                    assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
                    assertThat(e.getMessage()).doesNotContain("\n");
                });
    }

    /** One guest's statistics now. */
    static GuestStats stats(Hypervisor hypervisor, UUID guest) throws Exception {
        return answer(hypervisor.stats()).stream()
                .filter(each -> each.uuid().equals(guest))
                .findFirst()
                .orElseThrow();
    }
}
