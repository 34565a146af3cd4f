package dev.watchdog.containers;

import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.Docker;
import dev.watchdog.testing.Machine;
import dev.watchdog.testing.Programs.Ran;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The machine's own dockerd, in its usual places, and the docker command on it. */
final class MachineEngine {
    static final String DATA = "/var/lib/docker";

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String LOG = "/var/log/dockerd.log";

    private final Machine machine;

    private MachineEngine(Machine machine) {
        this.machine = machine;
    }

    /** Thin devices of a pool on loop devices, with one of docker's file systems. */
    static MachineEngine devicemapper(Machine machine, String fileSystem) {
        MachineEngine engine = new MachineEngine(machine);
        engine.start(
                "--storage-opt=dm.fs=" + fileSystem,
                "--storage-opt=dm.loopdatasize=2G",
                "--storage-opt=dm.loopmetadatasize=200M",
                "--storage-opt=dm.basesize=1G");
        return engine;
    }

    private void start(String... options) {
        long begun = System.nanoTime();
        List<String> all = new ArrayList<>(List.of("dockerd", "--iptables=false", "--bridge=none"));
        all.add("--storage-driver=devicemapper");
        all.addAll(List.of(options));
        machine.start(LOG, all.toArray(String[]::new));
        try {
            await("dockerd answers")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() ->
                            machine.run("test", "-S", "/var/run/docker.sock").exit() == 0
                                    && docker("version").exit() == 0);
        } catch (RuntimeException e) {
            throw new AssertionError(
                    "dockerd did not start\n" + machine.run("cat", LOG).out(), e);
        }
        docker("load", "--quiet", "--input", "/srv/image.tar").orFail();
        System.err.println("machine: dockerd with an image after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
    }

    Ran docker(String... arguments) {
        List<String> all = new ArrayList<>(List.of("docker"));
        all.addAll(List.of(arguments));
        return machine.run("", all);
    }

    /** Runs a container that sleeps; its id. */
    String container(String name) {
        return docker("run", "-d", "--network=none", "--name=" + name, Docker.IMAGE, "sleep", "infinity")
                .orFail()
                .text();
    }

    /** Its first process, as {@code pid start-time}. */
    String firstProcess(String container) {
        String pid = docker("inspect", "--format", "{{.State.Pid}}", container)
                .orFail()
                .text();
        String stat = machine.run("cat", "/proc/" + pid + "/stat").orFail().text();
        return pid + " " + stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19];
    }

    /** Where its root is mounted. */
    String mount(String id) {
        String layer = machine.run("cat", DATA + "/image/devicemapper/layerdb/mounts/" + id + "/mount-id")
                .orFail()
                .text();
        return DATA + "/devicemapper/mnt/" + layer;
    }
}
