package dev.watchdog.guests.simulation;

import java.util.List;

/** Does what the kernel does when a control group is full: it kills the largest process within, which is a guest. */
final class OomKiller {
    /** MiB that QEMU uses beside its guest's memory. */
    static final double QEMU = 60;

    private final Scenario scenario;
    private final List<Machine> machines;
    private int killed;

    OomKiller(Scenario scenario, List<Machine> machines) {
        this.scenario = scenario;
        this.machines = machines;
    }

    /** What is in use within a limit. */
    static double used(String limit, List<Machine> machines) {
        double used = 0;
        for (Machine each : machines) {
            used += each.role.limits().contains(limit) && !each.killed ? QEMU + resident(each) : 0;
        }
        return used;
    }

    private static double resident(Machine machine) {
        return machine.role.hugePages() ? 0 : machine.resident;
    }

    void hold(double time) {
        for (String limit : scenario.limits().keySet()) {
            while (used(limit, machines) > scenario.limit(limit, time)) {
                Machine largest = null;
                for (Machine each : machines) {
                    boolean within = each.role.limits().contains(limit) && !each.killed;
                    if (within && (largest == null || resident(each) > resident(largest))) {
                        largest = each;
                    }
                }
                if (largest == null) {
                    break;
                }
                largest.kill();
                killed++;
            }
        }
    }

    int killed() {
        return killed;
    }
}
