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

/** The docker command line on one private engine; what people type, with its exact words and exit codes. */
public final class Docker {
    /** Busybox and a user {@code apps}. */
    public static final String IMAGE = "wd-busybox";

    static final String PROGRAM = Files.isExecutable(Path.of("/usr/bin/docker")) ? "/usr/bin/docker" : "docker";

    private final Dockerd engine;

    Docker(Dockerd engine) {
        this.engine = engine;
    }

    /** Any docker command, whatever its exit code. */
    public Ran command(String... arguments) {
        return command(new File("/dev/null"), List.of(arguments));
    }

    /** Starts a container without a network that does this, or sleeps when nothing is said; its id. */
    public String run(String name, String... command) {
        return run(name, List.of(), command);
    }

    /** As {@link #run(String, String...)}, with further options of {@code docker run}. */
    public String run(String name, List<String> options, String... command) {
        List<String> all = new ArrayList<>(List.of("run", "-d", "--network", "none", "--name", name));
        all.addAll(options);
        all.add(IMAGE);
        all.addAll(command.length == 0 ? List.of("sleep", "infinity") : List.of(command));
        return command(new File("/dev/null"), all).orFail().text();
    }

    /** {@code docker exec}; an empty user is the container's own. */
    public Ran exec(String container, String user, String... command) {
        List<String> all = new ArrayList<>(List.of("exec"));
        if (!user.isEmpty()) {
            all.addAll(List.of("--user", user));
        }
        all.add(container);
        all.addAll(List.of(command));
        return command(new File("/dev/null"), all);
    }

    /** {@code docker cp} out of the container. */
    public Ran copyOut(String container, String from, Path to) {
        return command("cp", container + ":" + from, to.toString());
    }

    /** {@code docker cp} into the container. */
    public Ran copyIn(Path from, String container, String to) {
        return command("cp", from.toString(), container + ":" + to);
    }

    /** {@code docker restart} without the ten seconds' grace. */
    public Ran restart(String container) {
        return command("restart", "--time", "0", container);
    }

    /** {@code docker rm --force}. */
    public Ran remove(String container) {
        return command("rm", "--force", container);
    }

    /** Removes every container of this engine. */
    public void removeAll() {
        List<String> ids = command("ps", "--all", "--quiet", "--no-trunc")
                .orFail()
                .out()
                .lines()
                .toList();
        if (!ids.isEmpty()) {
            List<String> all = new ArrayList<>(List.of("rm", "--force"));
            all.addAll(ids);
            command(new File("/dev/null"), all).orFail();
        }
    }

    /** {@code docker logs}. */
    public Ran logs(String container) {
        return command("logs", container);
    }

    /** One field of {@code docker inspect}, as a Go template: {@code .GraphDriver.Data.MergedDir}. */
    public String inspect(String container, String field) {
        return command("inspect", "--format", "{{" + field + "}}", container)
                .orFail()
                .text();
    }

    /** The process id of the container's first process, as the machine sees it. */
    public long pid(String container) {
        return Long.parseLong(inspect(container, ".State.Pid"));
    }

    /** The path that the rootfs is mounted on, in the namespaces that have it and in the engine's own words. */
    public Path merged(String container) {
        if (engine.hasSnapshots()) {
            return engine.dataRoot().resolve("rootfs/overlayfs").resolve(inspect(container, ".Id"));
        }
        return Path.of(inspect(container, ".GraphDriver.Data.MergedDir"));
    }

    /** The process id of the container's shim: the parent of its first process. */
    public long shimPid(String container) {
        return ProcessHandle.of(pid(container))
                .flatMap(ProcessHandle::parent)
                .orElseThrow()
                .pid();
    }

    /** Makes {@link #IMAGE} known to the engine. */
    public void importImage() {
        Path tar = engine.directory().resolve("image.tar");
        try {
            BusyboxImage.writeTo(tar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        command(tar.toFile(), List.of("import", "-", IMAGE)).orFail();
    }

    private Ran command(File input, List<String> arguments) {
        List<String> all = new ArrayList<>(engine.client());
        all.addAll(arguments);
        return Programs.run(
                all, input, Map.of("DOCKER_CONFIG", engine.clientDirectory().toString()));
    }
}
