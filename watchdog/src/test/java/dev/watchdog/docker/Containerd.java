package dev.watchdog.docker;

import static org.awaitility.Awaitility.await;

import dev.watchdog.testing.Programs;
import dev.watchdog.testing.Programs.Ran;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A private containerd without Docker, with its own state, data and cgroup, driven by {@code ctr}. Each {@link #start}
 * may put it into a new slave mount namespace. {@link #close} takes everything away.
 */
public final class Containerd implements AutoCloseable {
    private static final String IMAGE = "docker.io/library/wd-busybox:1";
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Duration READY = Duration.ofMinutes(5);

    private final Path directory;
    private final boolean ownNamespace;
    private final Remains remains;
    private final Thread atExit = new Thread(this::clear, "containerd-at-exit");
    private Process containerd;

    @SuppressWarnings("NullAway.Init") // the process is set by start()
    private Containerd(boolean ownNamespace) {
        this.ownNamespace = ownNamespace;
        this.directory =
                Path.of("/tmp", "wd-containerd-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
        this.remains = new Remains(directory);
        try {
            Files.createDirectories(state());
            Files.writeString(
                    directory.resolve("containerd.toml"), """
                    version = 2
                    root = "%s"
                    state = "%s"
                    disabled_plugins = ["io.containerd.grpc.v1.cri"]
                    [grpc]
                      address = "%s"
                    """.formatted(directory.resolve("data"), state(), socket()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** One that is not running yet. */
    public static Containerd prepare(boolean ownNamespace) {
        return new Containerd(ownNamespace);
    }

    /** A running one. */
    public static Containerd launch(boolean ownNamespace) {
        Containerd made = prepare(ownNamespace);
        try {
            made.start();
            return made;
        } catch (RuntimeException | Error e) {
            made.close();
            throw e;
        }
    }

    /** Starts it and waits until it listens. */
    public void start() {
        List<String> command =
                new ArrayList<>(ownNamespace ? List.of("unshare", "-m", "--propagation", "slave") : List.of());
        command.addAll(List.of("containerd", "--config", directory + "/containerd.toml"));
        try {
            containerd = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("containerd.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await("containerd").atMost(READY).pollInterval(Duration.ofMillis(20)).until(this::listens);
    }

    private boolean listens() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket()));
        } catch (IOException e) {
            return false;
        }
    }

    /** SIGKILL to containerd alone: shims and containers live on. */
    public void kill() {
        containerd.destroyForcibly();
        try {
            if (!containerd.waitFor(120, TimeUnit.SECONDS)) {
                throw new AssertionError("containerd did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Starts a container that sleeps; {@code options} are those of {@code ctr run}. */
    public void run(String namespace, String id, String... options) {
        importImage(namespace);
        List<String> all = new ArrayList<>(
                List.of("run", "--detach", "--null-io", "--cgroup", "/" + directory.getFileName() + "/" + id));
        // runc's own state is otherwise in one place for every containerd of the machine
        all.addAll(List.of("--runc-root", directory.resolve("runc").toString()));
        all.addAll(List.of(options));
        all.addAll(List.of(IMAGE, id, "/bin/sleep", "infinity"));
        ctr(namespace, all.toArray(String[]::new)).orFail();
    }

    /** Any ctr command, whatever its exit code. */
    public Ran ctr(String namespace, String... arguments) {
        List<String> all = new ArrayList<>(List.of("ctr", "--address", socket().toString(), "--namespace", namespace));
        all.addAll(List.of(arguments));
        return Programs.run(all.toArray(String[]::new));
    }

    /** Runs a command in a container. */
    public Ran exec(String namespace, String id, String... command) {
        List<String> all = new ArrayList<>(List.of("task", "exec", "--exec-id", "e" + COUNT.incrementAndGet(), id));
        all.addAll(List.of(command));
        return ctr(namespace, all.toArray(String[]::new));
    }

    /** Ends and removes a container. */
    public void remove(String namespace, String id) {
        ctr(namespace, "task", "rm", "--force", id).orFail();
        ctr(namespace, "containers", "rm", id).orFail();
    }

    /** Imports once for each namespace. */
    private void importImage(String namespace) {
        if (!ctr(namespace, "images", "ls", "--quiet").orFail().out().contains(IMAGE)) {
            ctr(namespace, "images", "import", archive().toString()).orFail();
        }
    }

    /** The image as {@code docker save} would write it. */
    private Path archive() {
        Path parts = directory.resolve("image");
        Path archive = directory.resolve("image.tar");
        try {
            if (!Files.exists(archive)) {
                Files.createDirectories(parts);
                BusyboxImage.writeTo(parts.resolve("layer.tar"));
                String digest = HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256")
                                .digest(Files.readAllBytes(parts.resolve("layer.tar"))));
                Files.writeString(
                        parts.resolve("config.json"),
                        "{\"architecture\":\"%s\",\"os\":\"linux\",\"config\":{},\"history\":[],"
                                        .formatted(System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64")
                                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:" + digest + "\"]}}");
                Files.writeString(
                        parts.resolve("manifest.json"),
                        "[{\"Config\":\"config.json\",\"RepoTags\":[\"" + IMAGE + "\"],\"Layers\":[\"layer.tar\"]}]");
                Programs.run(
                                "tar",
                                "-C",
                                parts.toString(),
                                "-cf",
                                archive.toString(),
                                "manifest.json",
                                "config.json",
                                "layer.tar")
                        .orFail();
            }
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    public Path state() {
        return directory.resolve("exec/containerd/daemon");
    }

    private Path socket() {
        return state().resolve("containerd.sock");
    }

    public Path directory() {
        return directory;
    }

    /** containerd's process id. */
    public long containerdPid() {
        return containerd.pid();
    }

    /** Where the shim has mounted the root, as it sees it. */
    public Path rootfs(String namespace, String id) {
        return bundle(namespace, id).resolve("rootfs");
    }

    /** The bundle, as containerd sees it. */
    public Path bundle(String namespace, String id) {
        return state().resolve("io.containerd.runtime.v2.task")
                .resolve(namespace)
                .resolve(id);
    }

    /** The container's first process. */
    public long pid(String namespace, String id) {
        try {
            return Long.parseLong(
                    Files.readString(bundle(namespace, id).resolve("init.pid")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its parent. */
    public long shimPid(String namespace, String id) {
        return ProcessHandle.of(pid(namespace, id))
                .flatMap(ProcessHandle::parent)
                .orElseThrow()
                .pid();
    }

    /** What is left on the machine, in words. */
    public List<String> leftovers() {
        return remains.list();
    }

    private void clear() {
        remains.clear();
    }

    @Override
    public void close() {
        clear();
        Runtime.getRuntime().removeShutdownHook(atExit);
        List<String> left = leftovers();
        if (!left.isEmpty()) {
            throw new AssertionError("left behind by a private containerd: " + String.join("\n", left));
        }
    }
}
