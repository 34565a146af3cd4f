package dev.watchdog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.agent.Agent;
import dev.watchdog.agent.MadeUpDomain;
import dev.watchdog.kafka.CommandScene;
import dev.watchdog.kafka.TickDomain;
import dev.watchdog.testing.Broker;
import dev.watchdog.testing.SharedBroker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A person commands hosts from elsewhere: keys made, commands sent, answers read, by the command line alone. */
@ExtendWith(SharedBroker.class)
class SendIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    private final MadeUpDomain lamps = new MadeUpDomain();
    private final List<Agent> agents = new ArrayList<>();
    private CommandScene scene = nothing();
    private String servers = "";

    record Ran(int code, String out, String err) {}

    @SuppressWarnings("NullAway") // set before each test
    private static CommandScene nothing() {
        return null;
    }

    @BeforeEach
    void makeScene(Broker broker) throws IOException {
        servers = broker.bootstrapServers();
        scene = new CommandScene(directory, servers, broker.topics());
    }

    @AfterEach
    void stop() {
        agents.parallelStream().forEach(Agent::close);
        scene.close();
    }

    @Test
    void eachVerbIsAnsweredOverKafka() throws IOException {
        start("h1");
        assertThat(send("report").code()).as(send("report").toString()).isZero();
        lamps.breakIt();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(send("report").out()).contains("lamp.dark"));

        Ran probe = send("probe", "subject=lamp/hall");
        assertThat(probe.code()).as(probe.toString()).isEqualTo(1);
        assertThat(probe.out()).contains("faulty");
        assertThat(send("probe", "subject=hall").out()).contains("lamp/hall: lamp.dark faulty");
        Ran unknownLamp = send("probe", "subject=lamp/hal1");
        assertThat(unknownLamp.code()).isEqualTo(2);
        assertThat(unknownLamp.out()).contains("nothing that is called 'lamp/hal1' is watched here; near: lamp/hall");
        Ran dry = send("heal", "subject=lamp/hall", "--dry-run");
        assertThat(dry.code()).as(dry.toString()).isZero();
        assertThat(dry.out()).contains("lamp.change");
        Ran unmet = send("heal", "subject=lamp/hall", "--expect", "state=healthy");
        assertThat(unmet.code()).as(unmet.toString()).isEqualTo(1);
        assertThat(send("pause", "for=PT1M", "--reason", "a test").code()).isZero();
        assertThat(send("heal", "subject=lamp/hall").code()).isNotZero();
        assertThat(send("resume").out()).contains("resumed");
        assertThat(send("set-mode", "kind=lamp.dim", "mode=observe").code()).isZero();
        assertThat(send("reject", "action=a1", "--reason", "not this one").code())
                .isZero();
        assertThat(send("approve", "action=a1").code()).isNotZero();
        Ran heal = send("heal", "subject=lamp/hall", "--expect", "state=faulty", "--reason", "now");
        assertThat(heal.code()).as(heal.toString()).isZero();
        assertThat(heal.err()).contains("h1 accepted");
        assertThat(send("tick", "n=1").out()).startsWith("h1 succeeded");
        assertThat(send("cancel", "command=none").code()).isNotZero();
        Ran unknown = send("explode");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.out()).startsWith("h1 rejected: no such verb");
    }

    @Test
    void whoeverMatchesAnswersAndSilenceIsTold() throws IOException {
        start("h1");
        start("h2");
        await().atMost(PATIENCE).untilAsserted(() -> {
            Ran rack = run("send", "report", "--label", "rack=r1", "--key", key(), "--json");
            assertThat(rack.out()).contains("\"host\":\"h1\"", "\"host\":\"h2\"", "\"missing\":[]");
            assertThat(rack.code()).isZero();
        });
        Ran nobody = run("send", "report", "--label", "rack=r9", "--key", key());
        assertThat(nobody.code()).isEqualTo(2);
        assertThat(nobody.err()).contains("nothing was sent");
        Ran absent = run("send", "report", "--host", "h7", "--key", key(), "--wait", "300ms");
        assertThat(absent.code()).isEqualTo(2);
        assertThat(absent.err()).contains("nothing was sent: no host in", "is called 'h7'; near: ", "(h1)");
        Ran unsigned = run("send", "report", "--host", "h1", "--unsigned");
        assertThat(unsigned.code()).isEqualTo(2);
        assertThat(unsigned.out()).isEqualTo("h1 refused: it is not signed\n");
        Ran late = run("send", "report", "--host", "h1", "--key", key(), "--expires", "PT48H", "--wait", "90s");
        assertThat(late.code()).isEqualTo(2);
        assertThat(late.out()).contains("the longest that is allowed");
        assertThat(run("send", "report", "--host", "h1", "--key", key(), "--no-wait")
                        .out())
                .matches("[0-9a-f-]{36}\n");
    }

    @Test
    void anAgentThatWasStoppedIsToldBeforeItIsWaitedFor() throws IOException {
        start("h1");
        start("h2");
        Ran running = send("report");
        assertThat(running.code()).as(running.toString()).isZero();
        assertThat(running.err()).doesNotContain("was stopped");

        agents.remove(0).close();
        Ran stopped = send("report", "--wait", "300ms");
        assertThat(stopped.code()).as(stopped.toString()).isEqualTo(3);
        assertThat(stopped.err())
                .containsPattern("(?m)^the agent of h1 was stopped at 2[-0-9]{9}T[0-9:.]+Z:"
                        + " the command waits until it is started, and expires at 2[-0-9]{9}T[0-9:.]+Z$")
                .contains("sent report as ", "h1 did not answer in time");
        Ran both = run("send", "report", "--label", "rack=r1", "--key", key(), "--wait", "20s", "--json");
        assertThat(both.out())
                .as(both.toString())
                .containsPattern("\"missing\":\\[\"h1\"],\"stopped\":\\{\"h1\":\"2[^\"]+Z\"}");
        assertThat(both.err()).contains("the agent of h1 was").doesNotContain("the agent of h2");
        Ran left = send("report", "--no-wait", "--json");
        assertThat(left.code()).isZero();
        assertThat(left.out()).matches("\\{\"id\":\"[-0-9a-f]{36}\",\"stopped\":\\{\"h1\":\"2[^\"]+Z\"}}\n");

        start("h1");
        Ran again = send("report");
        assertThat(again.code()).as(again.toString()).isZero();
        assertThat(again.err()).doesNotContain("was stopped");
    }

    @Test
    void aNewKeyIsTakenWithinSeconds() throws IOException {
        start("h1");
        Ran made = run("keys", "generate", "night", "--verb", "report", "--out", "night.pem");
        assertThat(made.code()).as(made.toString()).isZero();
        Path file = directory.resolve("night.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(run("keys", "generate", "night", "--out", "night.pem").err()).contains("is not overwritten");
        assertThat(run("keys", "generate", "ni ght", "--out", "other.pem").code())
                .isEqualTo(2);
        assertThat(directory.resolve("other.pem")).doesNotExist();
        Path ring = directory.resolve("keys.yaml");
        Files.writeString(ring, Files.readString(ring) + made.out());
        assertThat(run("keys", "list").out()).contains("ops", "night", "report");

        await().atMost(PATIENCE).untilAsserted(() -> {
            Ran ran = run("send", "report", "--host", "h1", "--key", file.toString());
            assertThat(ran.code()).as(ran.toString()).isZero();
        });
        Ran more = run("send", "resume", "--host", "h1", "--key", file.toString());
        assertThat(more.code()).isEqualTo(2);
        assertThat(more.out()).contains("the key night may not ask for resume");
        Files.writeString(ring, "keys: nobody\n");
        assertThat(run("keys", "list").err()).contains("must be a list", "keys.yaml:1");
    }

    @Test
    void mistakesAreOneLineThatSaysWhatToDo() {
        assertThat(run("send", "report", "--host", "h1").code()).isEqualTo(2);
        assertThat(run("send", "report", "--key", key()).code()).isEqualTo(2);
        assertThat(run("send", "report", "--host", "h1", "--fleet", "--key", key())
                        .code())
                .isEqualTo(2);
        assertThat(run("send", "report", "--host", "h1", "--key", "nowhere.pem").err())
                .contains("cannot be read");
        assertThat(run("send", "Report!", "--host", "h1", "--key", key()).err()).startsWith("watchdog: ");
        assertThat(run("send", "report", "--host", "h1", "--key", key(), "--property", "sasl.jaas.config=x")
                        .err())
                .contains("must not hold a secret")
                .doesNotContain("=x");
        Ran nowhere = run("send", "report", "--host", "h1", "--key", key(), "--topic-prefix", "nowhere.");
        assertThat(nowhere.code()).isEqualTo(3);
        assertThat(nowhere.err()).contains("there is no topic nowhere.replies");
    }

    private void start(String host) throws IOException {
        agents.add(Agent.start(scene.setup(
                host,
                Map.of("WATCHDOG_MODE", "propose", "WATCHDOG_KAFKA_HEARTBEAT_EVERY", "1s"),
                lamps,
                new TickDomain(directory.resolve(host + ".ticks")))));
        await().atMost(PATIENCE).until(() -> scene.topicNames().contains(scene.prefix() + "replies"));
    }

    private String key() {
        return scene.privateKey().toString();
    }

    private Ran send(String verb, String... more) {
        List<String> all = new ArrayList<>(List.of("send", verb, "--host", "h1", "--key", key()));
        all.addAll(List.of(more));
        return run(all.toArray(String[]::new));
    }

    private Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Map<String, String> environment = new HashMap<>(Map.of(
                "WATCHDOG_KAFKA_BOOTSTRAP_SERVERS", servers,
                "WATCHDOG_KAFKA_TOPIC_PREFIX", scene.prefix(),
                "WATCHDOG_KAFKA_COMMANDS_KEY_RING",
                        directory.resolve("keys.yaml").toString()));
        CommandLine line = Watchdog.commandLine(Watchdog.global(List.of(lamps), environment));
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = line.execute(inDirectory(arguments));
        return new Ran(code, out.toString(), err.toString());
    }

    /** What is written without a directory belongs into the test's own. */
    private String[] inDirectory(String... arguments) {
        String[] all = arguments.clone();
        for (int i = 1; i < all.length; i++) {
            if (all[i - 1].equals("--out")) {
                all[i] = directory.resolve(all[i]).toString();
            }
        }
        return all;
    }
}
