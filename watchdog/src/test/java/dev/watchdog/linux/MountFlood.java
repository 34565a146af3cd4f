package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Fills a mount table in no time: a tree is bound into itself again and again, and doubles each time. */
public final class MountFlood {
    private static final String LONG_NAME = "x".repeat(200);

    private MountFlood() {}

    /**
     * In the mount namespace of a process: two to the power of so many mounts, their paths two thousand bytes long in the
     * middle and four at the end.
     *
     * @param directory is there
     */
    public static void inside(int pid, Path directory, int doublings) throws IOException {
        as(pid, () -> below(directory, doublings));
    }

    /** Takes them all away: whoever copies the namespace from now on does not copy them. */
    public static void remove(int pid, Path directory) throws IOException {
        as(pid, () -> Mounts.detach(directory.toString()));
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static void as(int pid, Work work) throws IOException {
        try (PrivateThread thread = new PrivateThread("flood");
                Pidfd process = Pidfd.open(pid)) {
            int ignored = thread.call(() -> {
                Visit visit = new Visit();
                try {
                    visit.enter(process);
                    work.run();
                    return pid;
                } finally {
                    visit.close();
                }
            });
        }
    }

    /** The same in the namespace of the calling thread. */
    static void below(Path directory, int doublings) throws IOException {
        Mounts.mount("flood", directory.toString(), "tmpfs", 0, "mode=0755,size=1m");
        for (int i = 0; i < doublings; i++) {
            Files.createDirectory(directory.resolve(LONG_NAME + i));
        }
        for (int i = 0; i < doublings; i++) {
            String onto = directory.resolve(LONG_NAME + i).toString();
            Mounts.mount(directory.toString(), onto, null, Abi.MS_BIND | Abi.MS_REC, null);
        }
    }
}
