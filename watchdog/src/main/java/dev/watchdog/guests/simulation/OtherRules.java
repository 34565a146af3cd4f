package dev.watchdog.guests.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What others do, restated from what their sources were found to do. MiB. */
final class OtherRules {
    private OtherRules() {}

    /** No ballooning: everybody has the maximum. */
    static final class None implements Rule {
        @Override
        public double start(double host, double maximum, int guests) {
            return maximum;
        }

        @Override
        public void tick(double time, List<Machine> machines, Orders orders) {}
    }

    /** Everybody has the same part of the host for ever. */
    static final class Fixed implements Rule {
        @Override
        public void tick(double time, List<Machine> machines, Orders orders) {}
    }

    /**
     * oVirt's MOM as shipped: looks every 5 s, acts every 10 s on the mean of ten looks; page cache counts as used. Below
     * 20 % free on the host everybody shrinks toward used + g of what he has, by 5 % a round at most; else everybody grows.
     */
    static final class Mom implements Rule {
        private static final double THRESHOLD = 0.20;
        private static final double CRITICAL = 0.05;
        private static final double CHANGE = 0.05;
        private static final double LEAST_CHANGE = 0.0025;
        private static final int LOOKS = 10;
        private final double host;
        private final double lag;
        private final Map<Machine, Deque<double[]>> seen = new HashMap<>();
        private double nextLook;
        private double nextAct;

        Mom(double host, double lag) {
            this.host = host;
            this.lag = lag;
        }

        @Override
        public void tick(double time, List<Machine> machines, Orders orders) {
            if (time < nextLook) {
                return;
            }
            nextLook = time + 5;
            for (Machine each : machines) {
                Deque<double[]> looks = seen.computeIfAbsent(each, key -> new ArrayDeque<>());
                looks.addLast(new double[] {each.actual, each.free()});
                if (looks.size() > LOOKS + lag / 5) {
                    looks.removeFirst();
                }
            }
            if (time < nextAct) {
                return;
            }
            nextAct = time + 10;
            double free =
                    1 - machines.stream().mapToDouble(each -> each.resident).sum() / host;
            for (Machine each : machines) {
                act(each, free, orders);
            }
        }

        private void act(Machine each, double free, Orders orders) {
            double[] mean = new double[2];
            Deque<double[]> looks = seen.getOrDefault(each, new ArrayDeque<>());
            int count = Math.min(LOOKS, looks.size());
            looks.stream().limit(count).forEach(look -> {
                mean[0] += look[0] / count;
                mean[1] += look[1] / count;
            });
            double used = mean[0] - mean[1];
            double now = each.actual;
            if (free < THRESHOLD) {
                double part = free <= CRITICAL ? free - CRITICAL : THRESHOLD * free / THRESHOLD;
                double wanted = Math.max(used + part * now, now * (1 - CHANGE));
                if (now - wanted > now * LEAST_CHANGE) {
                    orders.set(each, Math.max(0, wanted));
                }
            } else {
                double wanted = Math.min(each.maximum, Math.max(now * (1 + CHANGE), used + THRESHOLD * now));
                if (wanted - now > now * LEAST_CHANGE) {
                    orders.set(each, wanted);
                }
            }
        }
    }

    /**
     * Proxmox VE as shipped: every 10 s the host should be 80 % used; what is over or under is shared out above each
     * guest's minimum, 100 MiB a guest and round, among those with little free when there is more to give (the rest goes to
     * the others), among those with much free when there is less, else down to everybody's minimum; page cache counts as
     * used. The minimum, which its users choose, is a quarter of the maximum.
     */
    static final class Proxmox implements Rule {
        private static final double MOST_CHANGE = 100;
        private static final double DEAD_ZONE = 10;
        private static final double USED = 0.80;
        private final double host;
        private double next;

        Proxmox(double host) {
            this.host = host;
        }

        @Override
        public void tick(double time, List<Machine> machines, Orders orders) {
            if (time < next) {
                return;
            }
            next = time + 10;
            double goal = host * USED
                    - machines.stream().mapToDouble(each -> each.resident).sum();
            if (Math.abs(goal) < DEAD_ZONE) {
                return;
            }
            List<Machine> first = machines.stream()
                    .filter(each -> goal > 0 == each.free() <= 0.25 * least(each))
                    .toList();
            if (goal < 0) {
                boolean comfortable = !first.isEmpty();
                share(comfortable ? first : machines, comfortable ? goal : -Double.MAX_VALUE, orders);
                return;
            }
            double left = goal - share(first, goal, orders);
            List<Machine> others =
                    machines.stream().filter(each -> !first.contains(each)).toList();
            if (left > DEAD_ZONE) {
                share(others, left, orders);
            }
        }

        /** Everybody of a list toward the same size above his minimum; returns what that adds. */
        private static double share(List<Machine> chosen, double more, Orders orders) {
            double pool = more;
            for (Machine each : chosen) {
                pool += each.actual - least(each);
            }
            double added = 0;
            for (Machine each : chosen) {
                double wanted = Math.min(each.maximum, least(each) + Math.max(0, pool) / chosen.size());
                double change = Math.max(-MOST_CHANGE, Math.min(MOST_CHANGE, wanted - each.actual));
                if (Math.abs(change) > DEAD_ZONE) {
                    orders.set(each, each.actual + change);
                    added += change;
                }
            }
            return added;
        }

        private static double least(Machine each) {
            return each.maximum / 4;
        }
    }
}
