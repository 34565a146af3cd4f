/**
 * The healer: which faults there are, whether to act on them, and what a fault domain has to declare to take part.
 * Deciding is a pure function ({@link dev.watchdog.healing.Healer}); one verticle calls it, makes its result durable
 * and only then lets it happen.
 */
@NullMarked
package dev.watchdog.healing;

import org.jspecify.annotations.NullMarked;
