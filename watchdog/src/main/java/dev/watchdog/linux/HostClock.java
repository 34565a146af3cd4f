package dev.watchdog.linux;

/** Where the time comes from; nothing else in the agent asks for it. Safe to call from any thread. */
@FunctionalInterface
public interface HostClock {
    Moment now();

    /** True while a time source keeps the wall clock right, as far as the kernel was told; asked for in a microsecond. */
    default boolean synchronised() {
        return true;
    }
}
