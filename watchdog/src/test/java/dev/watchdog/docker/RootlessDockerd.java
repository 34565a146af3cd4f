package dev.watchdog.docker;

import static org.awaitility.Awaitility.await;

import dev.watchdog.testing.Programs;
import dev.watchdog.testing.Programs.Ran;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A private dockerd with --rootless in a user namespace of its own, which maps every user to itself; on vfs, no network. */
public final class RootlessDockerd implements AutoCloseable {
    private static final String IMAGE = "wd-busybox";
    private static final Duration READY = Duration.ofMinutes(5);
    private static final String LIFE = """
            while ! read mapped < /proc/self/uid_map; do sleep 0.05; done
            export XDG_RUNTIME_DIR="$1/run" HOME="$1"
            mount -t tmpfs tmpfs /run
            containerd --config "$1/containerd.toml" &
            exec dockerd --rootless --group=root --storage-driver=vfs --bridge=none --iptables=false --ip6tables=false \\
                --config-file="$1/daemon.json" --data-root="$1/data" --exec-root="$1/exec" --pidfile="$1/pid" \\
                --host="unix://$1/docker.sock" --containerd="$1/exec/containerd/daemon/containerd.sock"
            """;

    private final Path directory =
            Path.of("/tmp", "wd-rootless-" + ProcessHandle.current().pid());
    private final Remains remains = new Remains(directory);

    /** Starts it and gives it an image. */
    public RootlessDockerd() {
        try {
            Path state = Files.createDirectories(directory.resolve("exec/containerd/daemon"));
            Files.createDirectories(directory.resolve("run"));
            Files.writeString(directory.resolve("daemon.json"), "{}");
            Files.writeString(directory.resolve("containerd.toml"), """
                    version = 2
                    root = "%s"
                    state = "%s"
                    disabled_plugins = ["io.containerd.grpc.v1.cri"]
                    [grpc]
                      address = "%s"
                    """.formatted(
                            directory.resolve("containerd"), state, state.resolve("containerd.sock")));
            Process unshared = new ProcessBuilder(
                            "unshare", "-Um", "--propagation", "slave", "sh", "-c", LIFE, "sh", directory.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
            String home = Files.readSymbolicLink(Path.of("/proc/self/ns/user")).toString();
            Path process = Path.of("/proc/" + unshared.pid());
            await().atMost(READY)
                    .until(() -> !Files.readSymbolicLink(process.resolve("ns/user"))
                            .toString()
                            .equals(home));
            Files.writeString(process.resolve("uid_map"), "0 0 65536");
            Files.writeString(process.resolve("gid_map"), "0 0 65536");
            await().atMost(READY)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> docker("version").exit() == 0);
            Path tar = directory.resolve("image.tar");
            BusyboxImage.writeTo(tar);
            docker(tar.toFile(), "import", "-", IMAGE).orFail();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What docker-java takes. */
    public String address() {
        return "unix://" + directory.resolve("docker.sock");
    }

    /** Starts a container that sleeps; its id. */
    public String run(String name) {
        return docker("run", "--detach", "--network=none", "--name", name, IMAGE, "/bin/sleep", "infinity")
                .orFail()
                .text();
    }

    private Ran docker(String... arguments) {
        return docker(new File("/dev/null"), arguments);
    }

    private Ran docker(File input, String... arguments) {
        List<String> all = new ArrayList<>(List.of("docker", "--host", address()));
        all.addAll(List.of(arguments));
        return Programs.run(
                all, input, Map.of("DOCKER_CONFIG", directory.resolve("cli").toString()));
    }

    @Override
    public void close() {
        docker("ps", "--quiet").out().lines().forEach(id -> docker("rm", "--force", id));
        remains.clear();
        List<String> left = remains.list();
        if (!left.isEmpty()) {
            throw new AssertionError("left behind by a rootless dockerd: " + left);
        }
    }
}
