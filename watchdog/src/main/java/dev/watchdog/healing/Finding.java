package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Subject;
import dev.watchdog.linux.Moment;
import org.jspecify.annotations.Nullable;

/** The result of one look at one subject for one kind of fault. Level-triggered: losing one costs time, nothing else. */
public sealed interface Finding {
    Subject subject();

    /** The fault kind that was looked for. */
    String kind();

    /** When it was looked at. */
    Moment seen();

    /** Which fault this is about. */
    default FaultKey key() {
        return new FaultKey(subject(), kind());
    }

    /** Nothing is wrong. */
    record Healthy(Subject subject, String kind, Moment seen) implements Finding {}

    /**
     * It is broken.
     *
     * @param proposal what would mend it, or null when nothing safe would: the evidence then says why
     * @param signalled when the kernel or a daemon showed it; the same as {@code seen} when a sweep found it
     */
    record Faulty(
            Subject subject,
            String kind,
            Evidence evidence,
            @Nullable Proposal proposal,
            Moment signalled,
            Moment seen) implements Finding {}

    /**
     * It could not be told; neither raises nor clears.
     *
     * @param leftAlone it is not looked at on purpose, which is not the same as not being seen
     */
    record Unknown(Subject subject, String kind, String why, Moment seen, boolean leftAlone) implements Finding {
        /** One that could not be seen. */
        public Unknown(Subject subject, String kind, String why, Moment seen) {
            this(subject, kind, why, seen, false);
        }
    }

    /** There is no such subject any more. */
    record Gone(Subject subject, String kind, Moment seen) implements Finding {}
}
