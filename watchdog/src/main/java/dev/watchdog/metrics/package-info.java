/**
 * Figures for Prometheus: gauges from live state, counters and timers from the journal. Few series by design: no label
 * ever holds what a user named, and kinds and verbs only those that are declared.
 */
@NullMarked
package dev.watchdog.metrics;

import org.jspecify.annotations.NullMarked;
