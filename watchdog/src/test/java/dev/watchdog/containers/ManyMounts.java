package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.healing.Mode;
import dev.watchdog.linux.MountFlood;
import dev.watchdog.linux.PretendContainer;
import dev.watchdog.linux.PretendContainer.Second;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Many containers with many mounts each, in a process with the agent's heap: what they cost of it. Arguments: a directory,
 * how many containers, and how often the mounts of each are doubled.
 */
public final class ManyMounts {
    private static final int LOSSES = 20;

    private ManyMounts() {}

    public static void main(String[] arguments) throws Exception {
        int many = Integer.parseInt(arguments[1]);
        int doublings = Integer.parseInt(arguments[2]);
        List<PretendContainer> all = new ArrayList<>();
        List<RunningContainer> told = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            PretendContainer container = PretendContainer.make(Second.NONE);
            MountFlood.inside(container.init(), Path.of("/etc"), doublings);
            all.add(container);
            ids.add(String.format("%064x", i + 1));
            RunningContainer same = new PretendSource(container).container();
            told.add(new RunningContainer(
                    ids.get(i),
                    "c" + i,
                    "test",
                    same.pid(),
                    same.rootfs(),
                    same.layer(),
                    same.shimPid(),
                    same.engine(),
                    null));
        }
        long before = used();
        resetPeak();
        try (PretendRoom room = new PretendRoom(
                Path.of(arguments[0]),
                Mode.HEAL,
                RepairStep.UNHEARD,
                (context, threads) -> List.of(new SeveralContainers(told)))) {
            room.awaitState("healthy", ids);
            for (int i = 0; i < Math.min(many, LOSSES); i++) {
                PretendContainer lost = all.get(i);
                lost.loseMount(false);
                Path file = Path.of("/proc/" + lost.runner() + "/root" + lost.rootfs(), "etc");
                await().atMost(Duration.ofSeconds(20))
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> Files.exists(file));
            }
            long peak = peak();
            System.out.printf(
                    "%d containers with %d mounts: %d KiB before, %d KiB held, %d KiB at most%n",
                    many, (long) many << doublings, before >> 10, used() >> 10, peak >> 10);
            assertThat(room.check()).hasSize(many);
        }
        for (PretendContainer each : all) {
            each.close();
        }
        System.out.println("done");
        System.exit(0);
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void resetPeak() {
        heap().forEach(MemoryPoolMXBean::resetPeakUsage);
    }

    private static long peak() {
        return heap().stream().mapToLong(each -> each.getPeakUsage().getUsed()).sum();
    }

    private static List<MemoryPoolMXBean> heap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(each -> each.getType() == MemoryType.HEAP)
                .toList();
    }
}
