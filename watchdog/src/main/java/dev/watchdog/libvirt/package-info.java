/** KVM guests by libvirt, through JNA. Nothing here knows what a fault is. */
@NullMarked
package dev.watchdog.libvirt;

import org.jspecify.annotations.NullMarked;
