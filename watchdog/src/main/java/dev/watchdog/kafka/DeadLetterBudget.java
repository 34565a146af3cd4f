package dev.watchdog.kafka;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many dead letters a minute through and sums the others up: whoever can write to the topic must not be able to
 * fill the journal. Not thread safe; time since boot.
 */
final class DeadLetterBudget {
    static final int MOST = 60;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private @Nullable Duration begun;
    private int taken;
    private int kept;
    private @Nullable Letter last;

    /** A record and why it was refused. */
    record Letter(Incoming record, String why) {}

    /** True if it may be written now; else it is counted. */
    boolean take(Letter letter, Duration now) {
        if (over(now)) {
            begun = now;
            taken = 0;
        }
        if (taken < MOST) {
            taken++;
            return true;
        }
        kept++;
        last = letter;
        return false;
    }

    /** One letter that stands for all that were kept back, once their minute is over. */
    Optional<Letter> summary(Duration now) {
        Letter letter = last;
        if (letter == null || !over(now)) {
            return Optional.empty();
        }
        String why = kept == 1
                ? letter.why()
                : "the last of " + kept + " that were refused within a minute and are not told one by one: "
                        + letter.why();
        return Optional.of(new Letter(letter.record(), why));
    }

    /** The summary is on disk. */
    void summed() {
        kept = 0;
        last = null;
    }

    private boolean over(Duration now) {
        return begun == null || now.minus(begun).compareTo(WINDOW) >= 0;
    }
}
