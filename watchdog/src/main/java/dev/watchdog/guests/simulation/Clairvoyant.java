package dev.watchdog.guests.simulation;

import java.util.List;

/**
 * Knows the trace. Gives each guest the most it will need over the longest time ahead for which that fits the host, so
 * that balloons are under way before anybody needs them. Where its deficit is what no policy can avoid ({@link
 * Simulation#unavoidable}) it is the optimum. MiB.
 */
final class Clairvoyant implements Rule {
    private static final double[] AHEAD = {60, 40, 30, 25, 20, 15, 12, 10, 8, 6, 5, 4, 3, 2, 1};

    private final double host;

    Clairvoyant(double host) {
        this.host = host;
    }

    @Override
    public void tick(double time, List<Machine> machines, Orders orders) {
        double[] wanted = new double[machines.size()];
        double sum = Double.MAX_VALUE;
        for (int i = 0; i < AHEAD.length && sum > host; i++) {
            sum = 0;
            for (int guest = 0; guest < wanted.length; guest++) {
                Machine machine = machines.get(guest);
                wanted[guest] = Math.min(machine.maximum, machine.series.mostDemand(time, time + AHEAD[i]));
                sum += wanted[guest];
            }
        }
        double spare = (host - sum) / wanted.length;
        double left = host;
        for (Machine each : machines) {
            left -= each.actual;
        }
        for (int guest = 0; guest < wanted.length; guest++) {
            Machine machine = machines.get(guest);
            double target = Math.min(machine.maximum, Math.max(0, wanted[guest] + spare));
            if (target > machine.actual) {
                target = Math.min(target, machine.actual + Math.max(0, left));
                left -= target - machine.actual;
            }
            if (Math.abs(target - machine.target) > 1) {
                orders.set(machine, target);
            }
        }
    }
}
