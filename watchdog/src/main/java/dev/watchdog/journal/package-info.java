/**
 * The durable log of everything that happened, and the small state that must survive with it. Written by one thread,
 * read by any; nothing here knows what a fault is.
 */
@NullMarked
package dev.watchdog.journal;

import org.jspecify.annotations.NullMarked;
