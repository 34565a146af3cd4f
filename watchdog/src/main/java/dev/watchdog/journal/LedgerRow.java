package dev.watchdog.journal;

import dev.watchdog.events.Event;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger knows of a command; independent of whether its entries are still in the journal.
 *
 * @param digest of what was asked
 * @param keepUntil until when it is remembered, if there is room
 * @param answer the final answer exactly as it was recorded; null while there is none
 */
public record LedgerRow(
        String source,
        String id,
        String digest,
        Instant keepUntil,
        @Nullable Event answer) {}
