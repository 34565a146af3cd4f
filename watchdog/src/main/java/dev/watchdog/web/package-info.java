/**
 * The doors: HTTP over TCP, which only reads, and the control socket, which also takes commands. Readers of the journal
 * and of live state; nothing here decides.
 */
@NullMarked
package dev.watchdog.web;

import org.jspecify.annotations.NullMarked;
