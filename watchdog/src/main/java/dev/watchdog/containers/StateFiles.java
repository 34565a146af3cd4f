package dev.watchdog.containers;

import dev.watchdog.containerd.Capabilities;
import dev.watchdog.containerd.JsonFields;
import dev.watchdog.docker.ContainerRef;
import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.Directories;
import dev.watchdog.linux.FileInput;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.ProcessId;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.TrustedProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inventory when the engine's API does not answer: runc's state.json of each container tells its first process and
 * its rootfs path, and the engine's own layer database tells which layer is its own. Files are read as the engine's
 * process sees them, never through a symlink in the last place, only if root owns them, and only so many bytes. Runs on
 * a resident thread.
 */
final class StateFiles {
    private static final Logger LOG = LoggerFactory.getLogger(StateFiles.class);
    /** runc's state of a container with hundreds of mounts is below 300 KiB; nothing of its length is kept. */
    static final int MOST_BYTES = 16 << 20;

    private static final int MOST_CONTAINERS = 10_000;
    private static final int LAYER_ID_BYTES = 256;
    private static final List<String> ID = List.of("id");
    private static final List<String> PID = List.of("init_process_pid");
    private static final List<String> ROOTFS = List.of("config", "rootfs");
    private static final List<String> STARTED = List.of("init_process_start");
    private static final List<String> CAPABILITIES = List.of("config", "capabilities");
    private static final Set<List<String>> WANTED = Stream.concat(
                    Stream.of(ID, PID, ROOTFS, STARTED), Capabilities.wanted(CAPABILITIES).stream())
            .collect(Collectors.toUnmodifiableSet());
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");
    private static final Pattern TICKS = Pattern.compile("[1-9][0-9]{0,17}");

    private final Doubts doubts = new Doubts(LOG);
    private volatile String learned = "";

    /** The engine keeps its runtime's state below this directory. */
    void learn(String execRoot) {
        if (execRoot.startsWith("/")) {
            learned = execRoot;
        }
    }

    /**
     * Those whose state can be read; what is wrong with the others is logged once.
     *
     * @param engine through whose eyes, proven again; none for the agent's own, when the engine is not to be found
     */
    List<RunningContainer> running(String source, ProcessId engine) throws IOException {
        if (engine.pid() > 0) {
            try (TrustedProcess process = TrustedProcess.prove(engine);
                    RootView files = RootView.of(process.pidfd())) {
                return running(source, engine, files, EngineProcess.execRoot(engine.pid(), files));
            }
        }
        try (Pidfd self = Pidfd.open((int) ProcessHandle.current().pid());
                RootView files = RootView.of(self)) {
            return running(source, engine, files, learned);
        }
    }

    private List<RunningContainer> running(String source, ProcessId engine, RootView files, String execRoot)
            throws IOException {
        List<RunningContainer> found = new ArrayList<>();
        String home = execRoot + "/runtime-runc/moby";
        for (String id : execRoot.isEmpty() ? List.<String>of() : ids(files, home)) {
            RunningContainer container = read(files, home, id, source, engine);
            if (container != null) {
                found.add(container);
            }
        }
        return found;
    }

    private static List<String> ids(RootView files, String home) throws IOException {
        try (Descriptor directory = files.openOwned(home)) {
            return directory == null || !directory.status().isDirectory()
                    ? List.of()
                    : Directories.names(directory, MOST_CONTAINERS).stream()
                            .filter(ContainerRef::isId)
                            .toList();
        }
    }

    private @Nullable RunningContainer read(RootView files, String home, String id, String source, ProcessId engine) {
        String path = home + "/" + id + "/state.json";
        try (FileInput state = files.stream(path, MOST_BYTES)) {
            RunningContainer container = state == null ? null : parse(state, id, source, engine, files);
            doubts.believe(path);
            return container;
        } catch (IOException | UnprovenException e) {
            doubts.doubt(path, String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** @throws UnprovenException if the file does not tell what it should */
    private static RunningContainer parse(FileInput state, String id, String source, ProcessId engine, RootView files)
            throws IOException, UnprovenException {
        Map<List<String>, String> told = JsonFields.read(state, WANTED);
        String rootfs = told.getOrDefault(ROOTFS, "");
        String number = told.getOrDefault(PID, "");
        int pid = NUMBER.matcher(number).matches() ? Integer.parseInt(number) : 0;
        if (!id.equals(told.get(ID)) || !rootfs.startsWith("/") || pid <= 1) {
            throw new UnprovenException("its id, rootfs or init_process_pid is not what it should be");
        }
        String started = told.getOrDefault(STARTED, "");
        if (TICKS.matcher(started).matches()
                && !new ProcessId(pid, Long.parseLong(started)).equals(ProcessId.of(pid))) {
            throw new UnprovenException("its first process has ended");
        }
        DockerRoot root = DockerRoot.of(id, rootfs, path -> read(files, path));
        return new RunningContainer(
                id,
                "",
                source,
                pid,
                root.rootfs(),
                root.layer(),
                0,
                engine,
                root.unsupported(),
                Capabilities.mayMount(told, CAPABILITIES));
    }

    private static @Nullable String read(RootView files, String path) throws IOException {
        byte[] record = files.read(path, LAYER_ID_BYTES);
        return record == null ? null : new String(record, StandardCharsets.ISO_8859_1);
    }
}
