package dev.watchdog.healing;

import org.jspecify.annotations.Nullable;

/**
 * A command on its way to the healer.
 *
 * @param receipt true when a {@link Receipt} is waited for; false for the final {@link Answer}
 * @param verdict what its door has already decided; null for one that is to be carried out
 */
record Asking(Command command, boolean receipt, @Nullable Verdict verdict) {
    /**
     * It is not to be carried out, and told so.
     *
     * @param expired its time is over; else it is rejected
     */
    record Verdict(boolean expired, String why) {}
}
