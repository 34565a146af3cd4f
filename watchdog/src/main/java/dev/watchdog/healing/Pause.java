package dev.watchdog.healing;

import java.time.Instant;

/**
 * Acting is stopped; seeing goes on.
 *
 * @param until by the wall clock, because a person said for how long
 */
public record Pause(Instant since, Instant until, String reason) {}
