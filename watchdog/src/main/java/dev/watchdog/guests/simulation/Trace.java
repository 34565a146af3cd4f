package dev.watchdog.guests.simulation;

import java.util.Arrays;
import java.util.List;

/** What guests would use over time. A value holds until the guest's next row; before its first row a guest uses nothing. */
public record Trace(List<Series> guests) {
    public Trace {
        guests = List.copyOf(guests);
    }

    /**
     * One guest's rows in order of time.
     *
     * @param seconds ascending
     * @param demand MiB that processes need
     * @param cache MiB of droppable cache they would use beside
     */
    @SuppressWarnings("ArrayRecordComponent") // three columns of up to millions of numbers, never compared
    public record Series(String name, double[] seconds, double[] demand, double[] cache) {
        /** The row that holds at a time, -1 before the first. */
        int at(double time) {
            int found = Arrays.binarySearch(seconds, time + 1e-9);
            return found >= 0 ? found : -found - 2;
        }

        double demand(double time) {
            int row = at(time);
            return row < 0 ? 0 : demand[row];
        }

        /** The most it will need from a time on, for those who know the future. */
        double mostDemand(double from, double to) {
            double most = demand(from);
            for (int row = Math.max(0, at(from)); row < seconds.length && seconds[row] < to; row++) {
                most = Math.max(most, demand[row]);
            }
            return most;
        }
    }

    double begin() {
        return guests.stream().mapToDouble(each -> each.seconds()[0]).min().orElse(0);
    }

    double end() {
        return guests.stream()
                .mapToDouble(each -> each.seconds()[each.seconds().length - 1])
                .max()
                .orElse(0);
    }
}
