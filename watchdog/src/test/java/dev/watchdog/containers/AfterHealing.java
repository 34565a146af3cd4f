package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.Docker;
import dev.watchdog.docker.Dockerd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All that people do with a container, and all that must not be left, after its root was mended. */
final class AfterHealing {
    private static final String KEPT = "written before the fault";

    private final Dockerd engine;
    private final Docker docker;
    private final String id;
    private final Path merged;
    /** As its mount tells it; empty for a file system that does not. */
    private final String upper;

    private AfterHealing(Dockerd engine, String id) {
        this.engine = engine;
        this.docker = engine.docker();
        this.id = id;
        this.merged = docker.merged(id);
        this.upper = lines(merged + " ").stream()
                .filter(line -> line.field(4).endsWith(merged.toString()))
                .map(line -> line.text().contains("upperdir=")
                        ? line.text().replaceAll(".*\\bupperdir=([^,]+).*", "$1")
                        : "")
                .findFirst()
                .orElseThrow();
    }

    /** Writes what must be there afterwards. */
    static AfterHealing prepare(Dockerd engine, String id) {
        engine.docker()
                .exec(id, "", "sh", "-c", "echo '" + KEPT + "' > /data/kept")
                .orFail();
        return new AfterHealing(engine, id);
    }

    Path merged() {
        return merged;
    }

    /** Everything works, restart and removal included; the container is gone afterwards. */
    void allWorks(Path scratch) throws IOException {
        works(scratch);
        docker.restart(id).orFail();
        assertThat(docker.exec(id, "", "cat", "/data/kept").orFail().text()).isEqualTo(KEPT);
        removes();
    }

    /** What people do without stopping it. */
    void works(Path scratch) throws IOException {
        assertThat(docker.exec(id, "", "cat", "/data/kept").orFail().text()).isEqualTo(KEPT);
        assertThat(docker.exec(id, "apps", "id", "-un").orFail().text()).isEqualTo("apps");
        mountedOnceEverywhere();
        Path out = scratch.resolve(id + "-out");
        docker.copyOut(id, "/data/kept", out).orFail();
        assertThat(out).hasContent(KEPT);
        Path in = Files.writeString(scratch.resolve(id + "-in"), "copied in");
        docker.copyIn(in, id, "/data/copied").orFail();
        assertThat(docker.exec(id, "", "cat", "/data/copied").orFail().text()).isEqualTo("copied in");
        mountedOnceEverywhere();
    }

    /** {@code docker rm} works and nothing of the layer stays anywhere. */
    void removes() {
        assertThat(docker.remove(id).orFail().err()).doesNotContain("busy");
        nothingStays();
    }

    /** No mount of the layer in any namespace, and its directory is gone. */
    void nothingStays() {
        await("no mount of " + merged)
                .atMost(PretendRoom.PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(lines(merged.toString())).isEmpty());
        if (!upper.isEmpty()) {
            assertThat(lines(upper)).isEmpty();
        }
        Path layer = engine.hasSnapshots() ? merged : merged.resolveSibling("");
        assertThat(Path.of("/proc/" + engine.pid() + "/root" + layer)).doesNotExist();
        noForeignNamespaceIsHeld();
    }

    /** One file system with this upper directory, and at most one mount of it at the path in each namespace. */
    void mountedOnceEverywhere() {
        Set<String> devices = new HashSet<>();
        if (!upper.isEmpty()) {
            lines("upperdir=" + upper).forEach(line -> devices.add(line.field(2)));
        }
        at(merged).forEach(line -> devices.add(line.field(2)));
        assertThat(devices).as("file systems on one upper directory").hasSize(1);
        Map<String, Integer> times = timesMounted(merged);
        assertThat(times.values()).as("%s", times).containsOnly(1);
    }

    /** How often something is mounted there, by mount namespace; whoever copies one has what was mounted in it. */
    static Map<String, Integer> timesMounted(Path merged) {
        Map<String, Integer> times = new HashMap<>();
        at(merged).forEach(line -> times.merge(line.namespace, 1, Integer::sum));
        return times;
    }

    private static List<Line> at(Path merged) {
        return lines(merged + " ").stream()
                .filter(line -> line.field(4).endsWith(merged.toString()))
                .toList();
    }

    /** The agent must not be the leak: no descriptor of it is of another mount namespace. */
    static void noForeignNamespaceIsHeld() {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            String home = Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")).toString();
            List<String> foreign = new ArrayList<>();
            for (Path each : descriptors) {
                String target = link(each);
                if (target.startsWith("mnt:[") && !target.equals(home)) {
                    foreign.add(target);
                }
            }
            assertThat(foreign).isEmpty();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A line of mountinfo and where it was read. */
    record Line(String namespace, String text) {
        String field(int number) {
            return text.split(" ", -1)[number];
        }
    }

    /** Of every mount namespace on the machine, once. */
    static List<Line> lines(String part) {
        Set<String> seen = new HashSet<>();
        List<Line> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
            for (Path process : processes) {
                String namespace = link(process.resolve("ns/mnt"));
                if (!namespace.isEmpty() && seen.add(namespace)) {
                    mountinfo(process)
                            .lines()
                            .filter(line -> line.contains(part))
                            .forEach(line -> found.add(new Line(namespace, line)));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return found;
    }

    private static String mountinfo(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("mountinfo")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private static String link(Path path) {
        try {
            return Files.readSymbolicLink(path).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
