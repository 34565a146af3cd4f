package dev.watchdog.guests.simulation;

import java.util.List;

/** Sets targets; what each policy is to the simulator. */
interface Rule {
    /** Called every tick; sets {@link Machine#target} by {@link Orders#set}. */
    void tick(double time, List<Machine> machines, Orders orders);

    /** What a guest starts with, MiB. */
    default double start(double host, double maximum, int guests) {
        return Math.min(maximum, host / guests);
    }
}
