package dev.watchdog.linux;

import java.time.Duration;
import java.time.Instant;

/**
 * A point in time, told three ways. Durations are counted in time since boot, which no clock step disturbs and which
 * goes on during suspend (CLOCK_BOOTTIME, clock_gettime(2)); the wall clock is for people and for expiry.
 *
 * @param boot /proc/sys/kernel/random/boot_id: values of {@code sinceBoot} compare only within one boot
 */
public record Moment(String boot, Duration sinceBoot, Instant wall) {}
