package dev.watchdog.guests;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an owner gives QEMU on its command line past libvirt ({@code <qemu:commandline>}), as far as it takes the guest's
 * memory out of a balloon's reach. QEMU takes an option with one or two dashes, and its value as {@code name=value,...}, as
 * JSON, or (of a boolean) as its name alone (qemu(1)). What may be meant counts: a guest that is left alone for nothing is
 * hurt by nobody. Confined to one reading.
 */
final class QemuArguments {
    static final String PATH =
            "its memory is taken from a path that QEMU was given (mem-path), such as huge pages, which a"
                    + " balloon cannot free";
    static final String READS_MORE =
            "its QEMU reads further options from a file (-readconfig): they may pin its memory";

    /** Longer than QEMU's longest useful one. */
    private static final int LONGEST = 4_096;

    private static final int MOST = 1_024;

    /** Said of any option, wherever in it. */
    private static final Map<String, String> ANYWHERE = Map.of(
            "vfio", Obstacles.ASSIGNED,
            "vhost-vdpa", Obstacles.VDPA,
            "virtio-mem-", Obstacles.VIRTIO_MEM,
            "memory-backend-file", PATH,
            "mem-path", PATH,
            "nvme://", Obstacles.NVME,
            "confidential-guest-support", Obstacles.CONFIDENTIAL,
            "memory-encryption", Obstacles.CONFIDENTIAL);

    /** A block driver, not the emulated controller of the same name. */
    private static final Pattern NVME_DRIVER = Pattern.compile("\"?driver\"?\\s*[:=]\\s*\"?nvme\\b");

    private static final Pattern HUGE =
            Pattern.compile("\\bhugetlb(size)?\"?(?!\"?\\s*[:=]\\s*\"?(off|no|false|n)\\b)");
    private static final Pattern LOCKS =
            Pattern.compile("\\b(mem-lock|mlock)\"?(?!\"?\\s*[:=]\\s*\"?(off|no|false|n)\\b)");
    private static final Set<String> LOCKING = Set.of("overcommit", "realtime");
    private static final Set<String> BLOCKS = Set.of("drive", "blockdev");

    private final List<String> arguments = new ArrayList<>();

    /** The next one. */
    void add(String argument) {
        if (arguments.size() < MOST) {
            String start = argument.length() > LONGEST ? argument.substring(0, LONGEST) : argument;
            arguments.add(start.toLowerCase(Locale.ROOT));
        }
    }

    /** What is wrong with all of them together. */
    void judge(Set<String> obstacles) {
        String option = "";
        for (String each : arguments) {
            ANYWHERE.forEach((part, why) -> {
                if (each.contains(part)) {
                    obstacles.add(why);
                }
            });
            if (HUGE.matcher(each).find()) {
                obstacles.add(Obstacles.HUGE_PAGES);
            }
            if (each.startsWith("-")) {
                option = each.replaceFirst("^--?", "");
                if (option.equals("readconfig")) {
                    obstacles.add(READS_MORE);
                }
            } else if (LOCKING.contains(option) && LOCKS.matcher(each).find()) {
                obstacles.add(Obstacles.LOCKED);
            } else if (BLOCKS.contains(option) && NVME_DRIVER.matcher(each).find()) {
                obstacles.add(Obstacles.NVME);
            }
        }
    }
}
