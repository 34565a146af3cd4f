package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** That the kernel, asked for one mount, tells what its table tells. */
@NeedsRoot
@NullUnmarked // what must be there is dereferenced: a null fails the test
class MountStateKernelIT {
    private static final List<Long> ATTRIBUTES = List.of(
            0L,
            Abi.MS_RDONLY,
            Abi.MS_NOSUID | Abi.MS_NODEV | Abi.MS_NOEXEC,
            Abi.MS_NOATIME | Abi.MS_NODIRATIME,
            Abi.MS_STRICTATIME,
            Abi.MS_NOSYMFOLLOW | Abi.MS_RDONLY);

    @TempDir
    Path directory;

    /** What both ways say, the kernel's own word first. */
    private record Both(MountState asked, MountState read) {}

    private static Both both(Visit visit, Path place) throws IOException {
        try (Descriptor there = Descriptor.open(Abi.AT_FDCWD, place.toString(), Abi.O_PATH | Abi.O_DIRECTORY)) {
            return new Both(
                    MountState.asked(there),
                    MountState.read(visit.mountsAt(there), there.status().mountId()));
        }
    }

    @FunctionalInterface
    private interface Story {
        List<Both> tell(Visit visit, String place) throws IOException;
    }

    /** In a namespace of its own. */
    private List<Both> tell(Story story) throws IOException {
        try (PrivateThread thread = new PrivateThread("mount-state")) {
            thread.unshare();
            return thread.call(() -> {
                Visit visit = new Visit();
                try (Descriptor own = Procfs.thread();
                        Descriptor namespace = Procfs.mountNamespace(own)) {
                    visit.enter(namespace);
                    return story.tell(visit, directory.toString());
                } finally {
                    visit.close();
                }
            });
        }
    }

    static boolean kernelTells() throws IOException {
        try (Descriptor root = Descriptor.open(Abi.AT_FDCWD, "/", Abi.O_PATH | Abi.O_DIRECTORY)) {
            return MountState.asked(root) != null;
        }
    }

    @Test
    @EnabledIf(value = "kernelTells", disabledReason = "older than Linux 6.8")
    void attributesParentAndPropagationAreThoseOfTheTable() throws Exception {
        List<Both> told = tell((visit, place) -> {
            List<Both> all = new ArrayList<>();
            for (long flags : ATTRIBUTES) {
                Mounts.mount("state", place, "tmpfs", flags, "size=64k");
                all.add(both(visit, Path.of(place)));
            }
            for (long propagation : new long[] {Abi.MS_SHARED, Abi.MS_SLAVE, Abi.MS_PRIVATE}) {
                Mounts.mount("none", place, null, propagation, null);
                all.add(both(visit, Path.of(place)));
            }
            return all;
        });
        assertThat(told).allSatisfy(each -> assertThat(each.asked()).isEqualTo(each.read()));
        assertThat(told.stream().map(each -> each.asked().attributes()).distinct())
                .hasSize(ATTRIBUTES.size());
        assertThat(told.stream().map(each -> each.asked().propagation()))
                .anyMatch(each -> each.startsWith("shared:"))
                .anyMatch(String::isEmpty);
    }

    @Test
    @EnabledIf(value = "kernelTells", disabledReason = "older than Linux 6.8")
    void whatIsMountedOnItOrBelowIsSeen() throws Exception {
        List<Both> told = tell((visit, place) -> {
            Mounts.mount("state", place, "tmpfs", 0, "size=64k");
            List<Both> all = new ArrayList<>(List.of(both(visit, Path.of(place))));
            Path below = java.nio.file.Files.createDirectories(Path.of(place, "a", "b"));
            Mounts.mount("below", below.toString(), "tmpfs", 0, "size=64k");
            all.add(both(visit, Path.of(place)));
            return all;
        });
        assertThat(told).extracting(each -> each.asked().bears()).containsExactly(false, true);
        assertThat(told).extracting(each -> each.read().bears()).containsExactly(false, true);
    }

    @Test
    void ofAnotherNamespaceNothingIsTold() throws Exception {
        try (PrivateThread other = new PrivateThread("mount-state-other")) {
            other.unshare();
            Descriptor there = other.call(() -> {
                Mounts.mount("state", directory.toString(), "tmpfs", 0, "size=64k");
                return Descriptor.open(Abi.AT_FDCWD, directory.toString(), Abi.O_PATH | Abi.O_DIRECTORY);
            });
            try (Descriptor mounted = Objects.requireNonNull(there)) {
                List<Both> told = tell((visit, place) -> {
                    assertThat(visit.mountState(mounted)).isNull();
                    return List.of();
                });
                assertThat(told).isEmpty();
            }
        }
    }
}
