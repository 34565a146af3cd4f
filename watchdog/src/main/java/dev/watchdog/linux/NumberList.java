package dev.watchdog.linux;

import java.util.Set;
import java.util.TreeSet;

/** Lists of small numbers as the kernel and libvirt write them: {@code 0-3,8}. */
public final class NumberList {
    /** Linux has at most 1024 NUMA nodes (CONFIG_NODES_SHIFT is 10). */
    private static final int MOST = 1_024;

    private NumberList() {}

    /** The numbers; libvirt's {@code ^2} leaves one out. Empty when it is not understood. */
    public static Set<Integer> parse(String list) {
        Set<Integer> numbers = new TreeSet<>();
        for (String part : list.strip().split(",", -1)) {
            String range = part.strip();
            if (range.matches("\\^\\d{1,4}")) {
                numbers.remove(Integer.valueOf(range.substring(1)));
            } else if (range.matches("\\d{1,4}(-\\d{1,4})?")) {
                String[] ends = range.split("-", -1);
                int from = Integer.parseInt(ends[0]);
                int to = Integer.parseInt(ends[ends.length - 1]);
                for (int each = from; each <= Math.min(to, MOST - 1); each++) {
                    numbers.add(each);
                }
            } else {
                return Set.of();
            }
        }
        return Set.copyOf(numbers);
    }

    /** {@code 0-3,8}. */
    public static String text(Set<Integer> numbers) {
        StringBuilder text = new StringBuilder();
        int from = -1;
        int last = -2;
        for (int each : new TreeSet<>(numbers)) {
            if (each != last + 1) {
                text.append(end(from, last)).append(text.isEmpty() ? "" : ",").append(each);
                from = each;
            }
            last = each;
        }
        return text.append(end(from, last)).toString();
    }

    private static String end(int from, int last) {
        return last > from && from >= 0 ? "-" + last : "";
    }
}
