/**
 * The fault domain of KVM guests: keeps them out of memory pressure by moving what they can spare. How much each should
 * have is decided in {@code policy}; everything that is ordered goes by the healer.
 */
@NullMarked
package dev.watchdog.guests;

import org.jspecify.annotations.NullMarked;
