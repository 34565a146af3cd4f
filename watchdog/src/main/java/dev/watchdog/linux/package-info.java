/** System calls by JNA and what the kernel tells in files. Nothing here knows what a fault is. */
@NullMarked
package dev.watchdog.linux;

import org.jspecify.annotations.NullMarked;
