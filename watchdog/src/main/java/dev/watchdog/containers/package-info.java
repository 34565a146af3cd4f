/**
 * The fault domain of containers: a running container's rootfs mount that has vanished from a namespace which needs
 * it, and how to put it back without touching what runs in it.
 */
@NullMarked
package dev.watchdog.containers;

import org.jspecify.annotations.NullMarked;
