/** containerd, by the files that it keeps: its bundles and its records. Nothing here knows what a fault is. */
@NullMarked
package dev.watchdog.containerd;

import org.jspecify.annotations.NullMarked;
