package dev.watchdog.healing;

/** Whether a fault domain takes part. */
public enum Enabled {
    /** When what it watches is there, and as soon as it appears; its absence is nothing to report. */
    AUTO,
    /** Always; the absence of what it watches is a blind sensor. */
    TRUE,
    /** Not at all. */
    FALSE
}
