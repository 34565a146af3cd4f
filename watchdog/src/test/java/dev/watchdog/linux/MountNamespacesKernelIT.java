package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.watchdog.linux.PretendContainer.Second;
import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked // what must be there is dereferenced: a null fails the test
@NeedsRoot
class MountNamespacesKernelIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final MountNamespaces namespaces = new MountNamespaces(2, 8);

    @AfterEach
    void close() {
        namespaces.close();
    }

    private static String standsIn() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/mnt")).toString();
    }

    @Test
    void theRehearsalFindsEverythingAndLeavesNothing() throws Exception {
        // made once for the life of the process, with nothing of the host's in it
        PrivateMountNamespace own = PrivateMountNamespace.own();
        Set<String> before = Root.namespacesHeld();
        KernelAbilities abilities = namespaces.rehearse(SOON).join();
        assertThat(PrivateMountNamespace.own()).isSameAs(own);
        assertThat(abilities.missing()).isEmpty();
        assertThat(abilities.canProve()).isTrue();
        assertThat(abilities.canClone()).isTrue();
        assertThat(abilities.canMountDevice()).isTrue();
        Root.keepsNothing(() -> namespaces.rehearse(SOON).join());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(Root.namespacesHeld()).isSubsetOf(before));
        assertThat(Path.of("/proc/merged")).doesNotExist();
    }

    @Test
    void theThreadComesHomeHoweverTheWorkEnds() throws IOException {
        String home = standsIn();
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                Pidfd init = Pidfd.open(container.init());
                MountNamespaces one = new MountNamespaces(1, 8)) {
            List<String> seen = new ArrayList<>();
            assertThatThrownBy(() -> one.inside(init, SOON, visit -> {
                                seen.add(visit.mountTable(MountFilter.every())
                                        .byId(visit.root().mountId())
                                        .type());
                                throw new IOException("on purpose");
                            })
                            .join())
                    .hasRootCauseMessage("on purpose");
            assertThatThrownBy(() -> one.inside(init, SOON, visit -> {
                                throw new AssertionError("even so");
                            })
                            .join())
                    .hasRootCauseMessage("even so");
            assertThat(one.here(SOON, MountNamespacesKernelIT::standsIn).join()).isEqualTo(home);
            assertThat(seen).containsExactly("overlay");
            assertThat(Root.namespacesHeld())
                    .filteredOn(h -> h.startsWith("mnt:"))
                    .containsOnlyOnce(home);
        }
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aThreadStartedByWhoeverGoesOnDoesNotKeepItHome() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                Pidfd init = Pidfd.open(container.init());
                MountNamespaces one = new MountNamespaces(1, 8)) {
            FileStatus root = one.inside(init, SOON, visit -> {
                        Thread born = new Thread(() -> awaitEnd(end), "born-on-a-resident-thread");
                        visit.home();
                        born.start();
                        visit.enter(init);
                        return visit.root();
                    })
                    .join();
            assertThat(one.inside(init, SOON, Visit::root).join()).isEqualTo(root);
        } finally {
            end.countDown();
        }
    }

    @Test
    void awayItSeesTheOtherNamespaceByHomesProcfs() throws IOException {
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                Pidfd init = Pidfd.open(container.init());
                Pidfd runner = Pidfd.open(container.runner())) {
            List<MountTable> tables = namespaces
                    .visit(SOON, visit -> {
                        MountTable home = visit.mountTable(MountFilter.every());
                        visit.enter(init);
                        MountTable inside = visit.mountTable(MountFilter.every());
                        visit.enter(runner);
                        return List.of(home, inside, visit.mountTable(MountFilter.every()));
                    })
                    .join();
            assertThat(tables.get(1).entries()).singleElement().satisfies(entry -> {
                assertThat(entry.mountPoint()).isEqualTo("/");
                assertThat(entry.type()).isEqualTo("overlay");
            });
            assertThat(tables.get(0).entries())
                    .extracting(MountEntry::mountPoint)
                    .contains("/proc")
                    .doesNotContain(container.rootfs());
            assertThat(tables.get(2).entries())
                    .extracting(MountEntry::mountPoint)
                    .contains(container.rootfs());
        }
    }

    @Test
    void aDeadProcessIsACleanError() throws IOException {
        PretendContainer container = PretendContainer.make(Second.NONE);
        try (Pidfd init = Pidfd.open(container.init())) {
            assertThat(init.exited()).isFalse();
            container.close();
            assertThat(init.exited()).isTrue();
            assertThatThrownBy(() -> namespaces.inside(init, SOON, Visit::root).join())
                    .hasCauseInstanceOf(ErrnoException.class)
                    .hasMessageContaining("setns")
                    .hasMessageContaining("ESRCH (the process has exited)");
            assertThatThrownBy(() -> RootView.of(init)).isInstanceOf(ErrnoException.class);
            assertThatThrownBy(() -> Pidfd.open(init.pid())).hasMessageContaining("ESRCH");
        }
    }

    @Test
    void rootIsTheNamespacesWhereverTheProcessChroots(@TempDir Path elsewhere) throws Exception {
        Path trap = Files.createDirectory(elsewhere.resolve("trap"));
        try (PrivateThread actor = new PrivateThread("chroots")) {
            actor.unshare();
            FileStatus before = actor.call(() -> FileStatus.of("/"));
            Descriptor namespace = actor.call(() -> {
                Descriptor own = Descriptor.open(Abi.AT_FDCWD, "/proc/thread-self/ns/mnt", 0);
                Chroot.to(trap);
                return own;
            });
            assertThat(actor.call(() -> FileStatus.of("/")).sameFile(before)).isFalse();
            FileStatus seen = namespaces
                    .visit(SOON, visit -> {
                        visit.enter(namespace);
                        return visit.root();
                    })
                    .join();
            assertThat(seen.sameFile(before)).isTrue();
            namespace.close();
        }
    }

    @Test
    void hungThreadsAreReplacedUpToALimitAndRejoin() throws Exception {
        CountDownLatch revived = new CountDownLatch(1);
        for (int i = 1; i <= 6; i++) {
            CompletableFuture<Boolean> hung = namespaces.here(SHORT, () -> {
                revived.await();
                return true;
            });
            assertThatThrownBy(hung::get)
                    .hasCauseInstanceOf(TimeoutException.class)
                    .hasMessageContaining("the kernel has not answered for 50 ms");
            assertThat(namespaces.stuck()).isEqualTo(i);
            if (i < 6) {
                assertThat(namespaces.here(SOON, () -> "alive").join()).isEqualTo("alive");
            }
        }
        assertThatThrownBy(() -> namespaces.here(SOON, () -> "never").get())
                .hasCauseInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("all 6 mountns threads hang");
        revived.countDown();
        await().atMost(SOON).until(() -> namespaces.stuck() == 0);
        assertThat(namespaces.here(SOON, () -> "alive").join()).isEqualTo("alive");
        await().atMost(SOON).untilAsserted(() -> assertThat(residents()).isEqualTo(2));
    }

    private static long residents() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().matches("mountns-\\d+"))
                .count();
    }

    @Test
    void aRealHangInTheKernelStopsNobodyElse(@TempDir Path directory) throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        // opening a FIFO without a writer waits for ever, as a dead FUSE or NFS mount does
        CompletableFuture<Descriptor> hung =
                namespaces.here(SHORT, () -> Descriptor.open(Abi.AT_FDCWD, fifo.toString(), 0));
        assertThatThrownBy(hung::get).hasCauseInstanceOf(TimeoutException.class);
        assertThat(namespaces.stuck()).isEqualTo(1);
        assertThat(namespaces.here(SOON, () -> FileStatus.of("/")).join().isDirectory())
                .isTrue();
        Files.writeString(fifo, "");
        await().atMost(SOON).until(() -> namespaces.stuck() == 0);
        // what nobody waits for any more is closed
        await().atMost(SOON).untilAsserted(() -> assertThat(opened(fifo)).isFalse());
    }

    private static boolean opened(Path file) throws IOException {
        try (var links = Files.list(Path.of("/proc/self/fd"))) {
            return links.anyMatch(link -> {
                try {
                    return Files.readSymbolicLink(link).equals(file);
                } catch (IOException e) {
                    return false;
                }
            });
        }
    }

    @Test
    void whatWaitedPastItsDeadlineIsNotStartedAndTheQueueIsBounded() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        AtomicBoolean ran = new AtomicBoolean();
        try (MountNamespaces one = new MountNamespaces(1, 1)) {
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<Boolean> first = one.here(SOON, () -> {
                begun.countDown();
                busy.await();
                return true;
            });
            begun.await();
            CompletableFuture<Boolean> late = one.here(SHORT, () -> ran.getAndSet(true));
            assertThatThrownBy(() -> one.here(SOON, () -> true).get())
                    .hasCauseInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("wait for the mountns threads already");
            assertThatThrownBy(late::get).hasMessageContaining("no mountns thread was free for 50 ms");
            busy.countDown();
            assertThat(first.get()).isTrue();
            // the thread has told of the first, and may not have thrown the late one out of the queue yet
            await().atMost(SOON)
                    .ignoreExceptions()
                    .untilAsserted(
                            () -> assertThat(one.here(SOON, () -> 1).get()).isEqualTo(1));
            assertThat(ran).isFalse();
            assertThat(one.stuck()).isZero();
        }
        assertThatThrownBy(() -> namespacesAfterClose().get()).hasMessageContaining("stopped");
    }

    private static CompletableFuture<Integer> namespacesAfterClose() {
        MountNamespaces closed = new MountNamespaces(1, 1);
        closed.close();
        return closed.here(SOON, () -> 1);
    }

    @Test
    void aThreadThatCannotComeHomeIsReplaced() throws IOException {
        String home = standsIn();
        try (PretendContainer container = PretendContainer.make(Second.NONE);
                Pidfd init = Pidfd.open(container.init());
                MountNamespaces one = new MountNamespaces(1, 8)) {
            CountDownLatch listening = new CountDownLatch(1);
            CompletableFuture<String> told = one.inside(init, SOON, visit -> {
                        awaitEnd(listening);
                        visit.close();
                        return Thread.currentThread().getName();
                    })
                    .thenApply(lost -> lost + " told by "
                            + Thread.currentThread().getName().replaceAll("-\\d+$", ""));
            listening.countDown();
            assertThat(told.join()).isEqualTo("mountns-1 told by mountns-deadlines");
            assertThat(one.here(SOON, () -> Thread.currentThread().getName()).join())
                    .isEqualTo("mountns-2");
            assertThat(one.here(SOON, MountNamespacesKernelIT::standsIn).join()).isEqualTo(home);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(Root.namespacesHeld())
                            .noneMatch(h -> h.startsWith("mnt:") && !h.equals(home) && isOf(container.init(), h)));
        }
    }

    private static boolean isOf(int pid, String namespace) {
        try {
            return namespace.equals("mnt:[" + Processes.mountNamespace(pid) + "]");
        } catch (IOException e) {
            return false;
        }
    }
}
