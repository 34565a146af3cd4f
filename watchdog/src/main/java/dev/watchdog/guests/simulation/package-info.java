/**
 * Replays memory traces through the real policy and through the rules of others, in virtual time. Sizes are MiB and times
 * seconds, as in the trace files.
 */
@NullMarked
package dev.watchdog.guests.simulation;

import org.jspecify.annotations.NullMarked;
