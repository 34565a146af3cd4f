package dev.watchdog.linux;

/**
 * A wish to be told when tasks have waited for memory too long (Documentation/accounting/psi.rst). The kernel looks ten
 * times in a window and tells at most once in each. From those without CAP_SYS_RESOURCE it takes whole twos of seconds
 * only, Linux 6.4 and newer, and looks once in two seconds.
 *
 * @param full wait of all tasks at once; else of any
 * @param stallMicros the longest wait within a window of which nothing is told
 * @param windowMicros from half a second to ten seconds: what the kernel takes
 */
public record PressureTrigger(boolean full, long stallMicros, long windowMicros) {
    private static final long SHORTEST = 500_000;
    private static final long LONGEST = 10_000_000;

    public PressureTrigger {
        if (windowMicros < SHORTEST || windowMicros > LONGEST) {
            throw new IllegalArgumentException(
                    "a window of 500000 to 10000000 microseconds is needed, not " + windowMicros);
        }
        if (stallMicros <= 0 || stallMicros > windowMicros) {
            throw new IllegalArgumentException(
                    "a stall within the window of " + windowMicros + " microseconds is needed, not " + stallMicros);
        }
    }

    /** As the kernel wants it written, and for messages. */
    @Override
    public String toString() {
        return (full ? "full " : "some ") + stallMicros + " " + windowMicros;
    }
}
