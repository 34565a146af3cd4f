package dev.watchdog.docker;

import dev.watchdog.linux.HandedSocket;
import dev.watchdog.testing.Programs;
import dev.watchdog.testing.Programs.Ran;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * A private Docker engine (dockerd and a containerd of its own) for one test or for all: its own data root, exec root,
 * socket and cgroup, no network. Root and Debian's docker.io are all it needs: no systemd, no iptables, and a system
 * containerd or dockerd that runs beside it is never touched. {@link #close} takes everything away, whatever happened.
 *
 * <p>With {@link Options#ownNamespace} it lives as systemd's MountFlags=slave makes it live: a master mount namespace is
 * held open, and every {@link #start} puts containerd and dockerd into a new slave namespace of it. Its data is then on a
 * tmpfs that only these namespaces see: look through {@code /proc/<pid>/root}.
 *
 * <p>With {@link Options#tree} it is another Debian's engine: {@link #dataRoot} and {@link #execRoot} are
 * then its own words, {@link #atEngine} runs a program where these are true, and {@link #docker} is that Debian's too.
 */
public final class Dockerd implements AutoCloseable {
    private static final String SOCKET = "docker.sock";
    private static final String CONTAINERD_SOCKET = "exec/containerd/containerd.sock";
    /** sd_listen_fds(3): the socket is the first descriptor after the standard ones, and the process is named. */
    private static final String ACTIVATED =
            "exec 3<&0 </dev/null >>\"$1\" 2>&1; shift; export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$@\"";

    private final Path directory;
    private Options options;
    private final EngineTree tree;
    private final EngineProcesses processes;
    private final MasterNamespace master;
    private final Remains remains;
    private final Docker docker;
    private final Thread atExit = new Thread(this::clear, "dockerd-at-exit");
    private Process containerd;
    private Process dockerd;

    /**
     * How the engine is to live.
     *
     * @param liveRestore containers live on while dockerd is down
     * @param ownNamespace a new slave mount namespace for each start
     * @param apart with a namespace of its own only containerd is in the slave; dockerd is in its master
     * @param more further arguments for dockerd
     * @param tree what it runs in, {@code /} for the machine's own; another one needs ownNamespace
     * @param snapshots it keeps images in containerd's store, instead of its own overlay2
     */
    public record Options(
            boolean liveRestore, boolean ownNamespace, boolean apart, List<String> more, Path tree, boolean snapshots) {
        public Options(boolean liveRestore, boolean ownNamespace, boolean apart, List<String> more) {
            this(liveRestore, ownNamespace, apart, more, EngineTree.MACHINE, false);
        }

        /** No live-restore, the machine's mount namespace. */
        public static final Options PLAIN = new Options(false, false, false, List.of());

        /** Live-restore, the machine's mount namespace. */
        public static final Options LIVE_RESTORE = new Options(true, false, false, List.of());

        /** Live-restore in slave namespaces: after {@link Dockerd#restart} the shims are in an older one. */
        public static final Options SLAVES = new Options(true, true, false, List.of());

        /** As {@link #SLAVES}, the engine of another Debian. */
        public static Options of(Path tree, boolean snapshots) {
            return new Options(true, true, false, List.of(), tree, snapshots);
        }
    }

    @SuppressWarnings("NullAway.Init") // the processes are set by start()
    private Dockerd(Options options) {
        this.options = options;
        this.directory = EngineDirectory.fresh();
        this.tree = new EngineTree(options.tree, directory);
        this.processes = new EngineProcesses(directory);
        this.master = new MasterNamespace(directory, processes);
        this.remains = new Remains(directory);
        this.docker = new Docker(this);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** An engine that is not running yet, and has no image: for tests in which the watcher is there first. */
    public static Dockerd prepare(Options options) {
        EngineDirectory.sweep();
        return new Dockerd(options);
    }

    /** A running engine with the image {@link Docker#IMAGE}. */
    public static Dockerd launch(Options options) {
        Dockerd engine = prepare(options);
        try {
            engine.start();
            engine.docker.importImage();
            return engine;
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }

    /** Starts containerd and dockerd and waits until the engine answers. */
    public void start() {
        try {
            Files.writeString(directory.resolve("daemon.json"), words().dockerdConfiguration());
            Files.writeString(directory.resolve("containerd.toml"), words().containerdConfiguration());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (options.ownNamespace && !master.isOpen()) {
            master.open();
            tree.making().forEach(command -> master.run(command.toArray(String[]::new)));
            master.run("mount", "-t", "tmpfs", "tmpfs", dataRoot().toString());
            master.run("mount", "--make-rshared", "/");
            if (options.more.stream().anyMatch(word -> word.startsWith("--userns-remap"))) {
                master.remap();
            }
        }
        startContainerd();
        List<String> place = !options.ownNamespace
                ? List.of()
                : options.apart ? master.entering() : EngineProcesses.beside(containerd);
        dockerd = processes.spawn("dockerd", join(place, words().dockerd(SOCKET)));
        processes.until(() -> EngineSocket.answers(socket(), "GET /_ping HTTP/1.0\r\nHost: d\r\n\r\n"));
    }

    private void startContainerd() {
        List<String> place = options.ownNamespace
                ? join(master.entering(), List.of("unshare", "-m", "--propagation", "slave"))
                : List.of();
        containerd = processes.spawn("containerd", join(place, words().containerd()));
        processes.until(() -> EngineSocket.answers(directory.resolve(CONTAINERD_SOCKET), ""));
    }

    /** Stops in order and starts again, in a new namespace with {@link Options#ownNamespace}. */
    public void restart() {
        stop();
        start();
    }

    /**
     * Ends dockerd and starts it as systemd does by docker.socket: its socket is made by this process, which keeps it, and
     * handed to it. {@link #pid} is not told of it; it ends with what is returned, or with this.
     *
     * @param started told of its process id
     */
    public HandedSocket activate(IntConsumer started) {
        processes.end(dockerd, false);
        try {
            Files.deleteIfExists(socket());
            HandedSocket handed = HandedSocket.listen(socket());
            List<String> command = new ArrayList<>(List.of(
                    "sh",
                    "-c",
                    ACTIVATED,
                    "sh",
                    directory.resolve("dockerd.log").toString()));
            words().dockerd(SOCKET).forEach(word -> command.add(word.startsWith("--host=") ? "--host=fd://" : word));
            started.accept(handed.handTo(command.toArray(String[]::new)));
            processes.forgetEnded();
            processes.until(() -> EngineSocket.answers(socket(), "GET /_ping HTTP/1.0\r\nHost: d\r\n\r\n"));
            return handed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Like {@link #restart}, to live in another way from then on. */
    public void restart(Options other) {
        stop();
        options = other;
        start();
    }

    /** SIGTERM to dockerd and then to containerd; waits for both. Containers end unless live-restore is on. */
    public void stop() {
        processes.end(dockerd, false);
        processes.end(containerd, false);
    }

    /** SIGKILL to dockerd alone; containerd, shims and containers live on. {@link #revive} starts it again. */
    public void kill() {
        processes.end(dockerd, true);
    }

    /** After {@link #kill}: ends containerd too and starts both again. */
    public void revive() {
        processes.end(containerd, false);
        start();
    }

    /** SIGKILL to containerd alone, and another in its place; dockerd finds its way back to it by itself. */
    public void replaceContainerd() {
        processes.end(containerd, true);
        startContainerd();
    }

    /** SIGSTOP to containerd. */
    public void freezeContainerd() {
        EngineProcesses.signal("STOP", containerd);
    }

    /** SIGCONT to containerd. */
    public void thawContainerd() {
        EngineProcesses.signal("CONT", containerd);
    }

    /** SIGSTOP to dockerd: it accepts connections and says nothing. */
    public void freeze() {
        EngineProcesses.signal("STOP", dockerd);
    }

    /** SIGCONT to dockerd. */
    public void thaw() {
        EngineProcesses.signal("CONT", dockerd);
    }

    /** Commands to this engine. */
    public Docker docker() {
        return docker;
    }

    /** What docker-java and {@code DOCKER_HOST} take. */
    public String address() {
        return "unix://" + socket();
    }

    public Path socket() {
        return directory.resolve(SOCKET);
    }

    public Path containerdSocket() {
        return tree.inside().resolve(CONTAINERD_SOCKET);
    }

    public Path directory() {
        return directory;
    }

    public Path dataRoot() {
        return tree.inside().resolve("data");
    }

    public Path execRoot() {
        return tree.inside().resolve("exec");
    }

    /** dockerd's process id. */
    public long pid() {
        return dockerd.pid();
    }

    /** containerd's process id. */
    public long containerdPid() {
        return containerd.pid();
    }

    /** Where the engine keeps images: containerd's store, or its own. */
    public boolean hasSnapshots() {
        return options.snapshots;
    }

    /** Runs a program in the engine's own tree and mount namespace, where its paths are true. */
    public Ran atEngine(String... command) {
        return Programs.run(join(options.ownNamespace ? EngineProcesses.beside(dockerd) : List.of(), List.of(command))
                .toArray(String[]::new));
    }

    /** What comes before the arguments of the docker command that fits this engine. */
    List<String> client() {
        return tree.isMachine()
                ? List.of(Docker.PROGRAM, "--host", address())
                : join(master.entering(), List.of("docker", "--host", "unix://" + tree.inside() + "/" + SOCKET));
    }

    /** The client's configuration, as the client sees it. */
    Path clientDirectory() {
        return tree.inside().resolve("cli");
    }

    /** The end of what dockerd and containerd have logged. */
    public String log() {
        return EngineDirectory.logs(directory);
    }

    /** What this engine has left on the machine, in words. After {@link #close} it must be empty. */
    public List<String> leftovers() {
        return remains.list();
    }

    @Override
    public void close() {
        clear();
        Runtime.getRuntime().removeShutdownHook(atExit);
        List<String> left = leftovers();
        if (!left.isEmpty()) {
            throw new AssertionError("left behind by a private dockerd: " + String.join("\n", left));
        }
    }

    private void clear() {
        master.close();
        remains.clear();
    }

    private EngineWords words() {
        return new EngineWords(options, tree.inside(), dataRoot(), execRoot(), containerdSocket());
    }

    private static List<String> join(List<String> first, List<String> rest) {
        List<String> all = new ArrayList<>(first);
        all.addAll(rest);
        return all;
    }
}
