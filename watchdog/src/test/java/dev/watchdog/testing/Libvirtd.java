package dev.watchdog.testing;

import dev.watchdog.testing.Programs.Ran;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A private libvirtd with QEMU's driver, in mount and pid namespaces of its own: the machine's libvirt, its guests and its
 * settings are neither seen nor touched. A shell is the first process there and reaps, since libvirt waits long for each
 * QEMU that it probes and nobody reaps. With the shell everything inside ends, and it ends with this JVM.
 */
public final class Libvirtd implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Duration START = Duration.ofMinutes(2);

    /** Under the words of /etc/libvirt there is nothing of the machine's; KVM, which may be there and not work, is hidden. */
    private static final String ROOM = """
            for place in run var/lib var/cache var/log etc/libvirt etc/passwd etc/group; do
                mount --bind "$1/$place" "/$place"
            done
            if [ -e /dev/kvm ]; then mount --bind /dev/null /dev/kvm; fi
            mount -t proc proc /proc
            echo ready
            cat
            """;

    private final Path directory =
            Path.of("/tmp", "wd-libvirtd-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
    private final Process room;
    private final long first;
    private Process entered;
    private long daemon;

    /** Makes the room and starts the daemon. */
    public Libvirtd() throws IOException {
        furnish();
        room = room();
        try {
            String said = room.inputReader(StandardCharsets.US_ASCII).readLine();
            if (!"ready".equals(said)) {
                throw new AssertionError("no room for libvirtd: " + read(directory.resolve("room.log")));
            }
            first = onlyChild(room);
            entered = enter();
            daemon = onlyChild(entered);
            awaitAnswer();
        } catch (IOException | RuntimeException | Error e) {
            room.destroyForcibly();
            throw new AssertionError("libvirtd did not start\n" + read(directory.resolve("libvirtd.log")), e);
        }
    }

    /** Of the read-write socket, which takes read-only connections too. */
    public String uri() {
        return "qemu+unix:///system?socket=" + socket();
    }

    /** The socket it listens on. */
    public Path socket() {
        return directory.resolve("libvirt-sock");
    }

    /** The daemon's process, whose children QEMUs are when they start. */
    public long pid() {
        return daemon;
    }

    /** Its /run, as seen from outside of its mount namespace. */
    public Path run() {
        return directory.resolve("run");
    }

    Path directory() {
        return directory;
    }

    /** Runs virsh on it, a minute at most. */
    public Ran virsh(String... arguments) {
        return Programs.run(
                Stream.concat(Stream.of("virsh", "--quiet", "--connect", uri()), Stream.of(arguments))
                        .toList(),
                new File("/dev/null"),
                Map.of());
    }

    /** Kills the daemon; its guests live on. */
    public void kill() {
        signal("KILL", daemon);
        awaitEnd(entered);
    }

    /** Starts it again after {@link #kill}; it finds its guests. */
    public void start() throws IOException {
        entered = enter();
        daemon = onlyChild(entered);
        awaitAnswer();
    }

    /** Stops it in mid-air: it takes connections and answers nothing. */
    public void freeze() {
        signal("STOP", daemon);
    }

    /** Lets it go on. */
    public void thaw() {
        // nsenter stops with its child
        signal("CONT", entered.pid());
        signal("CONT", daemon);
    }

    /** How many clients hold a connection. */
    public long clients() {
        try (Stream<String> sockets = Files.lines(Path.of("/proc/net/unix"))) {
            // the listening one is not connected: state 01
            return sockets.filter(line -> line.endsWith(" " + socket()) && line.contains(" 03 "))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it with all guests, and makes sure that nothing is left. */
    @Override
    public void close() throws IOException {
        room.destroyForcibly();
        awaitEnd(room);
        Awaitility.await("the end of everything in " + directory)
                .atMost(Duration.ofMinutes(2))
                .until(() -> processes().isEmpty());
        awaitEnd(entered);
        delete();
    }

    private void furnish() throws IOException {
        for (String place : List.of("run", "var/lib", "var/cache", "var/log", "etc/libvirt")) {
            Files.createDirectories(directory.resolve(place));
        }
        account("passwd", "libvirt-qemu:x:64055:64055::/var/lib/libvirt:/usr/sbin/nologin\n");
        account("group", "libvirt-qemu:x:64055:\n");
        Files.writeString(directory.resolve("etc/libvirt/libvirtd.conf"), """
                unix_sock_dir = "%s"
                auth_unix_ro = "none"
                auth_unix_rw = "none"
                log_outputs = "3:stderr"
                """.formatted(directory));
        Files.writeString(directory.resolve("etc/libvirt/qemu.conf"), """
                security_driver = "none"
                user = "root"
                group = "root"
                dynamic_ownership = 0
                remember_owner = 0
                namespaces = []
                cgroup_controllers = []
                stdio_handler = "file"
                """);
    }

    private void account(String file, String line) throws IOException {
        String all = Files.readString(Path.of("/etc", file));
        Files.writeString(directory.resolve("etc").resolve(file), all.contains("libvirt-qemu:") ? all : all + line);
    }

    private Process room() throws IOException {
        return new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "sh",
                        "-ec",
                        ROOM,
                        "sh",
                        directory.toString())
                .redirectError(directory.resolve("room.log").toFile())
                .start();
    }

    private Process enter() throws IOException {
        return new ProcessBuilder(
                        "nsenter",
                        "--target=" + first,
                        "--mount",
                        "--pid",
                        "--",
                        "libvirtd",
                        "--config=/etc/libvirt/libvirtd.conf")
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("libvirtd.log").toFile()))
                .start();
    }

    private void awaitAnswer() {
        Awaitility.await("an answer of libvirtd in " + directory)
                .atMost(START)
                .failFast("libvirtd ended", () -> !entered.isAlive())
                .until(() -> virsh("--readonly", "version").exit() == 0);
    }

    private static long onlyChild(Process parent) {
        return Awaitility.await("the child of process " + parent.pid())
                .atMost(START)
                .until(() -> parent.children().map(ProcessHandle::pid).toList(), children -> children.size() == 1)
                .get(0);
    }

    private static void signal(String name, long pid) {
        Programs.run("kill", "-" + name, Long.toString(pid)).orFail();
    }

    private static void awaitEnd(Process process) {
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                throw new AssertionError("process " + process.pid() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while process " + process.pid() + " ended", e);
        }
    }

    /** Those with a path of ours on their command line, and those whose first process is ours. */
    private List<Long> processes() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(path -> path.getFileName().toString().chars().allMatch(Character::isDigit))
                    .filter(path -> read(path.resolve("cmdline")).contains(directory + "/")
                            || read(path.resolve("mountinfo")).contains(directory.getFileName() + "/"))
                    .map(path -> Long.valueOf(path.getFileName().toString()))
                    .filter(pid -> pid != ProcessHandle.current().pid())
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            // gone since it was listed
            return "";
        }
    }

    private void delete() throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException broken) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
