package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** Where one answer after the other is shown. */
interface Display {
    /**
     * Shows it.
     *
     * @param answer the last there was
     * @param at when that was
     * @param trouble why there is none from now, in one line; empty when there is one
     * @return false when nobody can see it any more
     */
    boolean show(JsonNode answer, Instant at, String trouble);
}
