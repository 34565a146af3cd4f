package dev.watchdog.kafka;

import dev.watchdog.events.CommandRequest;
import java.util.Optional;

/** What a record is to this host, by itself. */
sealed interface Hearing {
    /** Nothing: it goes by without a word. */
    record Skipped(Why why) implements Hearing {}

    /** It is addressed to this host and not to be trusted: a dead letter. */
    record Refused(String why) implements Hearing {}

    /**
     * A command for this host from somebody known.
     *
     * @param key who signed it; empty when unsigned commands are taken and this is one
     * @param digest of what was asked, see {@link dev.watchdog.events.SignedParts#digest}
     */
    record Heard(CommandRequest request, Optional<KeyEntry> key, String digest) implements Hearing {}

    /** Why a record went by; a label of a metric. */
    enum Why {
        /** It is for another host. */
        OTHER_HOST,
        /** It selects hosts, and not this one. */
        NOT_SELECTED,
        /** It is for nobody in particular, and cannot be read or trusted. */
        UNREADABLE,
        /** It is so old that its answer may have been forgotten. */
        FORGOTTEN
    }
}
