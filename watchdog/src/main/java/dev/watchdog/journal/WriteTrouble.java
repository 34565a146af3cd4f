package dev.watchdog.journal;

import dev.watchdog.journal.JournalException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Why the journal cannot be written now, if it cannot, and when to try again. Changed by the writer's thread alone. */
final class WriteTrouble {
    private static final Logger LOG = LoggerFactory.getLogger(WriteTrouble.class);

    private static final Duration FIRST_PROBE = Duration.ofSeconds(1);
    private static final Duration LAST_PROBE = Duration.ofSeconds(30);

    private final Path directory;
    private volatile @Nullable JournalException present;
    private Duration untilProbe = FIRST_PROBE;

    WriteTrouble(Path directory) {
        this.directory = directory;
    }

    /** From any thread; null while it can be written. */
    @Nullable JournalException present() {
        return present;
    }

    /** What is damaged is not written again until a restart. */
    boolean isDamage() {
        JournalException why = present;
        return why != null && why.reason() == Reason.DAMAGED;
    }

    /** It cannot be written, or still not. */
    void found(JournalException why) {
        if (present == null) {
            LOG.error("journal: {}", why.getMessage());
        }
        present = why;
    }

    /** It has been written. */
    void over() {
        if (present != null) {
            present = null;
            untilProbe = FIRST_PROBE;
            LOG.info("journal: {} can be written again", directory);
        }
    }

    Duration untilProbe() {
        return untilProbe;
    }

    /** Tried in vain: the next time is later. */
    Duration later() {
        Duration twice = untilProbe.multipliedBy(2);
        untilProbe = twice.compareTo(LAST_PROBE) < 0 ? twice : LAST_PROBE;
        return untilProbe;
    }
}
