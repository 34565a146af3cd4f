package dev.watchdog.linux;

import java.time.Duration;

/**
 * What one reading of a file may cost, whose size is for others to choose.
 *
 * @param line bytes of one line; a longer one is passed over
 * @param bytes of the whole
 * @param time from the first piece to the last; the first is always read
 */
record ReadLimits(int line, long bytes, Duration time) {}
