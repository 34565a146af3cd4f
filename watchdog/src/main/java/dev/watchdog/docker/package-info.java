/** Docker engines by docker-java. Nothing here knows what a fault is. */
@NullMarked
package dev.watchdog.docker;

import org.jspecify.annotations.NullMarked;
