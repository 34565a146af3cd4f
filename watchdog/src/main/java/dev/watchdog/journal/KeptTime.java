package dev.watchdog.journal;

import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps what is known of the time on disk: with what else is written, and at rest by itself. On the writer's thread. */
final class KeptTime {
    /** The oldest that it may be on disk while something else is written. */
    static final Duration WITH_OTHERS = Duration.ofSeconds(10);

    /** While nothing else is. */
    static final Duration AT_REST = Duration.ofMinutes(10);

    private final EntryStore store;
    private @Nullable Duration kept;
    private @Nullable Duration written;

    KeptTime(EntryStore store) {
        this.store = store;
    }

    /** Inside the open transaction, unless what is on disk is young enough. */
    void write(TimeProof proof, Duration oldest) throws SQLException {
        written = null;
        if (kept == null || proof.sinceBoot().minus(kept).compareTo(oldest) >= 0) {
            store.remember(proof);
            written = proof.sinceBoot();
        }
    }

    /** What was written last is durable. */
    void committed() {
        kept = written == null ? kept : written;
    }
}
