package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.CommandRequest;
import dev.watchdog.events.Event;
import dev.watchdog.events.Target;
import dev.watchdog.events.Topic;
import dev.watchdog.testing.Broker;
import dev.watchdog.testing.SharedBroker;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Agents are killed with SIGKILL at random moments under a stream of commands. Five share a process, so that one kill
 * takes each of them at another point: 50 agents die in every build, 500 in a long one. Counted from both sides: what
 * was done, by the lines that the deed leaves, and what was answered, by an outsider who reads the replies.
 */
@ExtendWith(SharedBroker.class)
class KilledAgentsIT {
    private static final int AGENTS = 5;
    private static final int KILLS = (Boolean.getBoolean("watchdog.long") ? 500 : 50) / AGENTS;
    private static final int MOST_BURSTS = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final SplittableRandom random = new SplittableRandom();
    private final Map<String, String> sent = new HashMap<>();
    private final AtomicBoolean ready = new AtomicBoolean();

    @TempDir
    Path directory;

    @Test
    void eachCommandIsDoneAtMostOnceAndHasOneAnswer(Broker broker) throws Exception {
        try (CommandScene scene = new CommandScene(directory, broker.bootstrapServers(), broker.topics())) {
            scene.topics().create(scene.topic(Topic.COMMANDS), 3);
            scene.topics().create(scene.topic(Topic.REPLIES), 1);
            scene.topics().create(scene.topic(Topic.DEAD_LETTERS), 1);
            Duration start = Duration.ZERO;
            for (int i = 0; i < KILLS; i++) {
                long begun = System.nanoTime();
                Process agents = launch(scene, broker);
                try {
                    if (i % 4 == 3) {
                        commandFor(scene, agents, start);
                    } else {
                        awaitReady(scene, agents);
                        start = Duration.ofNanos(System.nanoTime() - begun);
                        awaitWork(scene, agents);
                        commandFor(scene, agents, Duration.ofMillis(400));
                    }
                } finally {
                    agents.destroyForcibly().waitFor();
                }
            }
            assertThat(scene.lost()).isEmpty();
            Process last = launch(scene, broker);
            try {
                awaitAnswers(scene);
            } finally {
                last.destroyForcibly().waitFor();
            }
            Map<String, Set<Event>> answers = scene.finals();
            assertThat(answers.keySet()).isEqualTo(sent.keySet());
            assertThat(answers)
                    .allSatisfy((id, different) -> assertThat(different).hasSize(1));
            assertDone(scene);
        }
    }

    /** For a random part of this time, without a pause. */
    private void commandFor(CommandScene scene, Process agents, Duration most) {
        long end = System.nanoTime() + random.nextLong(Math.max(1, most.toNanos()));
        for (int i = 0; System.nanoTime() < end && agents.isAlive(); i++) {
            for (int burst = random.nextInt(6); burst > 0 && i < MOST_BURSTS; burst--) {
                send(scene);
            }
            scene.listen();
        }
    }

    private void awaitReady(CommandScene scene, Process agents) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!ready.get()) {
            assertThat(agents.isAlive() && System.nanoTime() < end)
                    .as(() -> "the agents did not start: " + log())
                    .isTrue();
            scene.listen();
        }
    }

    /** Until the agents answer in this life: from then on a kill comes between something. */
    private void awaitWork(CommandScene scene, Process agents) {
        int before = scene.events(Topic.REPLIES).size();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (scene.events(Topic.REPLIES).size() == before) {
            assertThat(agents.isAlive() && System.nanoTime() < end)
                    .as(() -> "the agents do nothing: " + log())
                    .isTrue();
            send(scene);
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("agents.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void send(CommandScene scene) {
        int n = sent.size();
        String host = "h" + random.nextInt(AGENTS);
        CommandRequest tick = scene.request(new Target.Host(host), TickDomain.VERB, Map.of("n", Integer.toString(n)));
        sent.put(tick.id(), Integer.toString(n));
        for (int copies = random.nextInt(5) == 0 ? 2 : 1; copies > 0; copies--) {
            scene.sendSoon(tick);
        }
    }

    private void awaitAnswers(CommandScene scene) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!scene.finals().keySet().containsAll(sent.keySet()) && System.nanoTime() < end) {
            scene.listen();
        }
    }

    private void assertDone(CommandScene scene) throws IOException {
        List<String> done = new ArrayList<>();
        for (int i = 0; i < AGENTS; i++) {
            Path file = directory.resolve("h" + i + ".ticks");
            done.addAll(Files.exists(file) ? Files.readAllLines(file) : List.of());
        }
        assertThat(done).doesNotHaveDuplicates();
        Set<String> once = new HashSet<>(done);
        int succeeded = 0;
        Set<String> interrupted = new HashSet<>();
        for (Event event : scene.events(Topic.REPLIES)) {
            if (event.data() instanceof CommandEvent.Succeeded said) {
                succeeded++;
                assertThat(once).contains(sent.get(said.command()));
            } else if (event.data() instanceof CommandEvent.Failed said) {
                interrupted.add(said.command());
            }
        }
        System.err.println(KILLS * AGENTS + " agents killed: " + sent.size() + " commands, " + done.size()
                + " carried out, " + succeeded + " times told to have succeeded, " + interrupted.size()
                + " told to have been interrupted");
        assertThat(interrupted).as("a kill came between").isNotEmpty();
        assertThat(done).hasSizeGreaterThan(sent.size() / 4);
    }

    private Process launch(CommandScene scene, Broker broker) throws IOException {
        ready.set(false);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-Dwatchdog.logLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TickingAgents.class.getName(),
                        directory.toString(),
                        broker.bootstrapServers(),
                        scene.prefix(),
                        Integer.toString(AGENTS))
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("agents.log").toFile()))
                .start();
        Thread reader = new Thread(() -> read(process), "agents-output");
        reader.setDaemon(true);
        reader.start();
        return process;
    }

    private void read(Process process) {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.equals("ready")) {
                    ready.set(true);
                }
            }
        } catch (IOException e) {
            // it was killed
        }
    }
}
