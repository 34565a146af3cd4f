/**
 * The contract between a watchdog and everything that reads it: what happened, as records, and the envelope that
 * carries them. Nothing here depends on the agent, so a client can use this module alone.
 */
@NullMarked
package dev.watchdog.events;

import org.jspecify.annotations.NullMarked;
