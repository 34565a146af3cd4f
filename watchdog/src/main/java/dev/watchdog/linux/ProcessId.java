package dev.watchdog.linux;

import java.io.IOException;

/**
 * One process of this boot: its number alone may have been given to another since.
 *
 * @param startTime clock ticks from boot to its start
 */
public record ProcessId(int pid, long startTime) {
    /** No process. */
    public static final ProcessId NONE = new ProcessId(0, -1);

    /** The process that has a number now; none when there is none. */
    public static ProcessId of(int pid) {
        try {
            return new ProcessId(pid, Processes.startTime(pid));
        } catch (IOException e) {
            return NONE;
        }
    }

    /** Whether it is there, waited for by its parent or not. */
    public boolean lives() {
        try {
            return pid > 0 && Processes.startTime(pid) == startTime;
        } catch (IOException e) {
            return false;
        }
    }
}
