package dev.watchdog.containers;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.watchdog.testing.Machine;
import dev.watchdog.testing.Programs.Ran;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The agent inside the machine, started as users start it; it is asked over HTTP, as a start of Java takes long there. */
final class MachineAgent {
    /** Software emulation on shared cores: what takes 0.7 s on a host takes 20 s in it. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final String READY = "ready in";
    private static final String LOG = "/var/log/watchdog.log";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Machine machine;
    private final String configuration;

    /** It writes to a journal of its own, the same after each start. */
    MachineAgent(Machine machine, String mode) {
        this.machine = machine;
        this.configuration = "/etc/watchdog-" + mode + ".yaml";
        machine.run(
                        "mode: " + mode + "\ndomains:\n  containers: { sweepEvery: 10s, lookDeadline: 10s }\n",
                        List.of("dd", "of=" + configuration))
                .orFail();
    }

    /** Starts it and waits until it says that it is ready. */
    void start() {
        int earlier = log().split(READY, -1).length;
        long begun = System.nanoTime();
        machine.start(LOG, "/srv/bin/watchdog", "run", "--config", configuration);
        until("the agent is ready", () -> log().split(READY, -1).length > earlier);
        System.err.println("machine: agent ready after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
    }

    /** SIGTERM, and waits for its end. */
    void stop() {
        machine.run("pkill", "-TERM", "-f", "dev.watchdog.cli.Watchdog run").orFail();
        until(
                "the agent has ended",
                () -> machine.run("pgrep", "-f", "dev.watchdog.cli.Watchdog run")
                                .exit()
                        == 1);
    }

    String log() {
        return machine.run("cat", LOG).out();
    }

    /** A command of the program, whatever its exit code. */
    Ran command(String... arguments) {
        List<String> all = new ArrayList<>(List.of("/srv/bin/watchdog"));
        all.addAll(List.of(arguments));
        return machine.run("", all);
    }

    void awaitState(String container, String state) {
        until(container + " is " + state, () -> {
            for (JsonNode each : get("subjects/container").path("subjects")) {
                if (each.path("subject").asText().endsWith(container)) {
                    return each.path("state").asText().equals(state);
                }
            }
            return false;
        });
    }

    /** Waits for so many events of a type, {@code fault.cleared}. */
    void awaitEvents(String type, int count) {
        until(count + " of " + type, () -> events(type).size() >= count);
    }

    List<JsonNode> events(String type) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode each : get("events?limit=1000").path("events")) {
            if (each.path("type").asText().equals("dev.watchdog." + type + ".v1")) {
                found.add(each);
            }
        }
        return found;
    }

    private static List<String> asking(String what) {
        return List.of(
                "busybox",
                "wget",
                "-q",
                "-O",
                "-",
                "--header=Accept: application/json",
                "http://127.0.0.1:9757/api/v1/" + what);
    }

    /** For failures: the machine's own words, the logs of all that was started in it, and the journal of its agent. */
    static String lastWords(Machine machine) {
        return machine.lastWords(List.of(
                asking("events?limit=1000"),
                List.of("sh", "-c", "tail -n 100 /var/log/watchdog.log /var/log/dockerd.log /var/log/containerd.log"),
                List.of("cat", "/proc/1/mountinfo"),
                List.of("busybox", "ps")));
    }

    private JsonNode get(String what) {
        try {
            return JSON.readTree(machine.run("", asking(what)).out());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void until(String what, java.util.concurrent.Callable<Boolean> condition) {
        try {
            await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(250)).until(condition);
        } catch (RuntimeException e) {
            throw new AssertionError(what + ": not within " + PATIENCE + "\n" + log(), e);
        }
    }
}
