package dev.watchdog.journal;

import java.time.Instant;

/**
 * A line of the ledger of commands, written together with the entry that it is about: that a command was accepted, or
 * what it was finally answered.
 *
 * @param source who sent the command; with {@code id} it names the command
 * @param id given by the sender
 * @param digest of what was asked, to tell another command under the same id
 * @param liveUntil until when the command could be carried out if it were forgotten: never forgotten before
 * @param keepUntil until when its answer is kept, if there is room
 * @param entry which of the batch's entries this is about, from 0
 * @param answer true if that entry is the final answer
 */
public record LedgerMark(
        String source, String id, String digest, Instant liveUntil, Instant keepUntil, int entry, boolean answer) {}
