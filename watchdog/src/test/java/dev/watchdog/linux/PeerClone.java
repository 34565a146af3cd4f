package dev.watchdog.linux;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;

/** Does what the first agents did: puts a copy of a container's own root on its rootfs path that is a peer of it. */
public final class PeerClone {
    private PeerClone() {}

    /**
     * Puts it there.
     *
     * @param runner a process of the namespace where it is put
     */
    public static void attach(PretendContainer container, int runner) throws IOException {
        try (MountNamespaces threads = new MountNamespaces(1, 4);
                Pidfd init = Pidfd.open(container.init());
                Pidfd target = Pidfd.open(runner);
                RootView files = RootView.of(target);
                Descriptor place = Objects.requireNonNull(files.open(container.rootfs()))) {
            boolean ignored = threads.visit(Duration.ofMinutes(1), visit -> {
                        visit.enter(init);
                        try (Descriptor root = visit.openRoot();
                                Descriptor peer = Mounts.clone(root)) {
                            visit.enter(target);
                            visit.attach(peer, place);
                            return true;
                        }
                    })
                    .join();
        }
    }
}
