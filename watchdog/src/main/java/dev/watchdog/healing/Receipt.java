package dev.watchdog.healing;

import dev.watchdog.journal.LedgerRow;

/** What became of a command that was handed in: from here on nothing that befalls the agent loses it. */
public sealed interface Receipt {
    /** It is on disk, with its bookmark, and will be carried out; the answer is a later entry of the journal. */
    record Accepted() implements Receipt {}

    /**
     * It was answered at once; answer and bookmark are on disk.
     *
     * @param event the place of the answer in the journal, which is the id of its event
     */
    record Answered(Answer answer, long event) implements Receipt {}

    /**
     * It was handed in before. Its bookmark is not written.
     *
     * @param row with the answer as it was recorded, or without one while it is still on its way
     */
    record Known(LedgerRow row) implements Receipt {}

    /** Another command has this id and is on its way, or came from the same source: nothing is written, nothing done. */
    record Conflict(String why) implements Receipt {}
}
