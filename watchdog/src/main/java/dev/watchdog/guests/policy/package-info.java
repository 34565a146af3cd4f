/**
 * How much memory each guest should have: a pure function over immutable samples. No clock, no libvirt, no threads; the
 * simulator and the agent run the same code. All sizes are bytes, all times milliseconds since boot unless said.
 */
@NullMarked
package dev.watchdog.guests.policy;

import org.jspecify.annotations.NullMarked;
