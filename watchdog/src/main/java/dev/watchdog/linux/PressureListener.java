package dev.watchdog.linux;

/** Told by {@link PressureTriggers}, on its one thread {@code pressure-watch}: be short, never block, never close it. */
public interface PressureListener {
    /** Tasks have waited that long within the last window. Told again, once a window, for as long as they do. */
    void pressed(PressureTrigger trigger);

    /** The trigger is gone for good and will never be told again. */
    void lost(PressureTrigger trigger, String why);
}
