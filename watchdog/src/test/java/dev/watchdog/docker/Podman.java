package dev.watchdog.docker;

import dev.watchdog.testing.Programs;
import dev.watchdog.testing.Programs.Ran;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A private Podman, which has no daemon: its own storage, on runc because crun refuses hybrid cgroups. */
public final class Podman implements AutoCloseable {
    private static final String IMAGE = "wd-busybox";

    private final Path directory;
    private final Remains remains;

    /** Makes its storage and the image. */
    public Podman() {
        directory = Path.of("/tmp", "wd-podman-" + ProcessHandle.current().pid());
        remains = new Remains(directory);
        try {
            Files.createDirectory(directory);
            Path tar = directory.resolve("image.tar");
            BusyboxImage.writeTo(tar);
            podman(tar.toFile(), "import", "-", IMAGE).orFail();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a container that sleeps; its id. */
    public String run(String name) {
        return podman(
                        new File("/dev/null"),
                        "run",
                        "--detach",
                        "--network=none",
                        "--cgroup-parent=/" + directory.getFileName(),
                        "--log-driver=none",
                        // within the limits of the machine that the tests run on
                        "--ulimit=nofile=1024:1024",
                        "--ulimit=nproc=1024:1024",
                        "--name",
                        name,
                        IMAGE,
                        "/bin/sleep",
                        "infinity")
                .orFail()
                .text();
    }

    /** Ends and removes a container. */
    public void remove(String name) {
        podman(new File("/dev/null"), "rm", "--force", "--time=0", name).orFail();
    }

    private Ran podman(File input, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "podman",
                "--root=" + directory.resolve("data"),
                "--runroot=" + directory.resolve("run"),
                "--tmpdir=" + directory.resolve("tmp"),
                "--storage-driver=vfs",
                "--cgroup-manager=cgroupfs",
                "--events-backend=file",
                "--runtime=/usr/sbin/runc"));
        all.addAll(List.of(arguments));
        return Programs.run(all, input, Map.of("HOME", directory.toString()));
    }

    @Override
    public void close() {
        Ran ended = podman(new File("/dev/null"), "rm", "--force", "--all", "--time=0");
        remains.clear();
        List<String> left = remains.list();
        if (!left.isEmpty()) {
            throw new AssertionError("left behind by a private podman: " + left + ended.err());
        }
    }
}
