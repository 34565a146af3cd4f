package dev.watchdog.containers;

import dev.watchdog.testing.Programs;
import java.nio.file.Path;

/** The ways in which a container's root is lost. */
final class LostRoot {
    private LostRoot() {}

    /** The directory stays. */
    static void byUmount(Path merged) {
        Programs.run("umount", merged.toString()).orFail();
    }

    /** In two steps; the second is refused when the agent was quicker and has healed it in between. */
    static void byUmountAndRmdir(Path merged) {
        byUmount(merged);
        Programs.run("rmdir", merged.toString());
    }

    /** At once: removing a mount point where it is none detaches it in every namespace (kernel 3.18 and newer). */
    static void byRmdirElsewhere(Path merged) {
        Programs.run(
                        "unshare",
                        "-m",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        "umount \"$1\" && rmdir \"$1\"",
                        "sh",
                        merged.toString())
                .orFail();
    }
}
