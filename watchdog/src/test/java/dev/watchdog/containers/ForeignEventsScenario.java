package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.FaultCleared;
import dev.watchdog.linux.InsideContainer;
import dev.watchdog.linux.InsideContainer.Propagation;
import dev.watchdog.linux.MountEntry;
import dev.watchdog.linux.PretendContainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A container whose root it has made shared itself is healed. What it mounts afterwards must not be seen outside, and what
 * is unmounted outside must not be unmounted in it.
 */
final class ForeignEventsScenario {
    private ForeignEventsScenario() {}

    static void play(PretendContainer container, PretendRoom room) throws IOException {
        try (InsideContainer inside = InsideContainer.of(container.init())) {
            inside.propagate("/", Propagation.SHARED);
            container.loseMount(true);
            room.awaitCount(FaultCleared.class, 1);
            List<MountEntry> before = outside(container);
            assertThat(at(before, container.rootfs())).as(room.story()).hasSize(runners(container));
            inside.tmpfs("/tmp");
            for (int i = 0; i < 50; i++) {
                inside.tmpfs("/tmp/" + i);
            }
            assertThat(outside(container)).containsExactlyElementsOf(before);
            assertThat(at(before, container.rootfs()))
                    .allSatisfy(mount -> assertThat(mount.options()).isEqualTo("rw,relatime"));
            List<MountEntry> own = inside.mounts();
            assertThat(own).hasSize(52);
            groupsOf(own).forEach(group -> assertThat(groupsOf(before)).doesNotContain(group));

            try (InsideContainer host = InsideContainer.of(container.runner())) {
                // as an engine does that puts a root away, or somebody by mistake
                host.unmount(container.rootfs());
            }
            assertThat(inside.mounts()).containsExactlyElementsOf(own);
            room.awaitCount(FaultCleared.class, 2);
            assertThat(inside.mounts()).containsExactlyElementsOf(own);
            assertThat(outside(container)).hasSameSizeAs(before);
        }
    }

    private static int runners(PretendContainer container) {
        return container.second() == container.runner() ? 1 : 2;
    }

    private static List<MountEntry> at(List<MountEntry> mounts, String path) {
        return mounts.stream()
                .filter(each -> each.mountPoint().startsWith(path))
                .toList();
    }

    /** Peer groups, and those that are followed. */
    private static List<String> groupsOf(List<MountEntry> mounts) {
        return mounts.stream()
                .flatMap(each -> List.of(each.propagation().split(" ", -1)).stream())
                .filter(each -> !each.isEmpty())
                .map(each -> each.substring(each.indexOf(':') + 1))
                .toList();
    }

    /** All that the runners' namespaces have. */
    private static List<MountEntry> outside(PretendContainer container) throws IOException {
        List<MountEntry> all = new ArrayList<>();
        for (int pid : container.second() == container.runner()
                ? List.of(container.runner())
                : List.of(container.runner(), container.second())) {
            try (InsideContainer there = InsideContainer.of(pid)) {
                all.addAll(there.mounts());
            }
        }
        return all;
    }
}
