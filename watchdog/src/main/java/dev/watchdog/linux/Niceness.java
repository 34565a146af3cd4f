package dev.watchdog.linux;

/** How much of a busy processor the kernel's scheduler gives to a thread beside others, nice(2). */
public final class Niceness {
    private static final int PRIO_PROCESS = 0;
    private static final int CALLER = 0;

    private Niceness() {}

    /**
     * Of the calling thread and of those that are started from it after this: on Linux it is each thread's own.
     *
     * @param nice from -20, served first, to 19
     * @return false when that is not permitted, which to lower it takes CAP_SYS_NICE
     */
    public static boolean set(int nice) {
        return Libc.setpriority(PRIO_PROCESS, CALLER, nice) == 0;
    }
}
