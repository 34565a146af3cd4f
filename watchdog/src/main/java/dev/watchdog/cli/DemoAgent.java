package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.watchdog.agent.Agent;
import dev.watchdog.agent.Configuration;
import dev.watchdog.containers.PretendDomain;
import dev.watchdog.healing.Domain;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.HostIdentity;
import dev.watchdog.linux.Moment;
import dev.watchdog.linux.PretendContainer;
import dev.watchdog.linux.SystemClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A whole agent with one pretend container for an inventory and everything of its own in a temporary directory. */
final class DemoAgent implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long LOOK_EVERY_NANOS = 5_000_000;
    private static final double MICROS_A_MILLI = 1_000;

    private final PretendContainer container;
    private final TemporaryDirectory directory;
    private final HostClock clock;
    private final Agent agent;
    private final ControlClient client;

    /** One step, and when it had ended, counted from just before the umount. */
    record Stage(String name, double endMillis, String what) {}

    /** One fault, broken and healed. */
    record Round(boolean directoryRemoved, String evidence, List<Stage> stages) {}

    private DemoAgent(
            PretendContainer container,
            TemporaryDirectory directory,
            HostClock clock,
            Agent agent,
            ControlClient client) {
        this.container = container;
        this.directory = directory;
        this.clock = clock;
        this.agent = agent;
        this.client = client;
    }

    static DemoAgent start(PretendContainer container) throws IOException {
        TemporaryDirectory directory = TemporaryDirectory.make("watchdog-demo-");
        try {
            Path socket = directory.path().resolve("control/control.sock");
            List<Domain> domains = List.of(new PretendDomain(container));
            Configuration configuration = Configuration.load(
                    null,
                    Map.of(
                            "WATCHDOG_JOURNAL_DIRECTORY",
                            directory.path().resolve("journal").toString(),
                            "WATCHDOG_CONTROL_SOCKET",
                            socket.toString(),
                            "WATCHDOG_HTTP_LISTEN",
                            "127.0.0.1:0",
                            "WATCHDOG_MODE",
                            "heal"),
                    domains);
            HostClock clock = SystemClock.open();
            Agent agent = Agent.start(
                    new Agent.Setup(configuration, domains, clock, HostIdentity.read(), Watchdog.version()));
            DemoAgent demo = new DemoAgent(container, directory, clock, agent, new ControlClient(socket));
            demo.awaitWatched();
            return demo;
        } catch (RuntimeException | IOException e) {
            directory.close();
            throw e;
        }
    }

    private void awaitWatched() {
        await("the container to be watched", () -> {
            JsonNode state = ask("/api/v1/subjects/container").findValue("state");
            return state != null && state.asText().equals("healthy") ? state : null;
        });
    }

    Round breakAndWatch(boolean alsoDirectory) throws IOException {
        long known = ask("/api/v1/events?after=0&limit=1").path("last").asLong();
        Moment before = clock.now();
        container.loseMount(alsoDirectory);
        JsonNode cleared = await("the fault to be cleared", () -> find(known, "fault.cleared"));
        JsonNode raised = await("the fault", () -> find(known, "fault.raised"));
        JsonNode done = await("the repair", () -> find(known, "action.succeeded"));
        double end = Duration.between(
                                before.wall(), Instant.parse(raised.path("time").asText()))
                        .toNanos()
                / MICROS_A_MILLI
                / MICROS_A_MILLI;
        List<Stage> stages = new ArrayList<>();
        stages.add(new Stage("told", end, "the kernel says that the mount table of the namespace changed"));
        for (List<String> each : List.of(
                List.of("see", "seen", summary(raised, "evidence")),
                List.of("decide", "decided", done.path("data").path("kind").asText()),
                List.of("journal", "durable", "on disk before anything is touched"),
                List.of("act", "done", summary(done, "result")),
                List.of("verify", "proven", "the same look that found it finds it healthy"))) {
            end += done.path("data").path("micros").path(each.get(0)).asLong() / MICROS_A_MILLI;
            stages.add(new Stage(each.get(1), end, each.get(2)));
        }
        return new Round(alsoDirectory, cleared.path("data").path("reason").asText(), stages);
    }

    private static String summary(JsonNode event, String field) {
        return Plain.of(event.path("data").path(field).path("summary").asText());
    }

    private @Nullable JsonNode find(long after, String type) {
        for (JsonNode event : ask("/api/v1/events?limit=100&after=" + after).path("events")) {
            if (event.path("type").asText().equals("dev.watchdog." + type + ".v1")) {
                return event;
            }
        }
        return null;
    }

    private JsonNode ask(String path) {
        return Global.read(client.get(path));
    }

    private JsonNode await(String what, Supplier<@Nullable JsonNode> question) {
        Duration end = clock.now().sinceBoot().plus(PATIENCE);
        JsonNode answer = question.get();
        while (answer == null) {
            if (clock.now().sinceBoot().compareTo(end) > 0) {
                throw new CommandFailure(
                        Exit.FAULTS,
                        "waited " + PATIENCE.toSeconds() + " s for " + what + " in vain: try --log-level debug");
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
            answer = question.get();
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        agent.close();
        directory.close();
    }
}
