/** The fault domain of KVM guests and their memory. */
@NullMarked
package dev.watchdog.guests;

import org.jspecify.annotations.NullMarked;
