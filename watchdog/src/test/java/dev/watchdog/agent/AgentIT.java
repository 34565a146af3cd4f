package dev.watchdog.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.Evidence;
import dev.watchdog.healing.Answer;
import dev.watchdog.healing.Command;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.Outcome;
import dev.watchdog.journal.JournalException;
import dev.watchdog.linux.HostIdentity;
import dev.watchdog.linux.SystemClock;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole agent with a domain that it has never heard of. */
class AgentIT {
    private final MadeUpDomain lamps = new MadeUpDomain();
    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    private Agent agent = nothing();

    @SuppressWarnings("NullAway") // set before each test
    private static Agent nothing() {
        return null;
    }

    @BeforeEach
    void start() throws IOException {
        agent = Agent.start(setup(Map.of(), lamps));
    }

    @AfterEach
    void stop() {
        agent.close();
        assertThat(directory.resolve("control.sock")).doesNotExist();
    }

    @Test
    void aDomainNobodyKnewIsHealedServedAndMeasured() throws Exception {
        lamps.burns.set(false);

        await().untilAsserted(() -> assertThat(lamps.changed).hasValue(1));
        await().untilAsserted(
                        () -> assertThat(get("/api/v1/faults?state=all")).contains("\"lamp.dark\"", "\"healed\""));
        assertThat(get("/api/v1/subjects/lamp")).contains("\"id\":\"hall\"").doesNotContain("\u001b");
        assertThat(get("/metrics")).contains("lamp.dark", "watchdog_http_refused_total{reason=\"no-room\"} 0.0");
        assertThat(get("/health/ready")).contains("\"up\"");
        assertThat(get("/health/live")).contains("\"up\"");
        assertThat(agent.unitsDown()).isEmpty();
    }

    @Test
    void aSecondAgentIsToldWhoHasTheSocketOrTheJournal() throws IOException {
        long self = ProcessHandle.current().pid();

        assertThatThrownBy(() -> Agent.start(setup(Map.of(), lamps)))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("another agent, pid " + self + ", has the control socket")
                .hasMessageContaining("stop that one");
        Agent.Setup otherSocket = setup(
                Map.of(
                        "WATCHDOG_CONTROL_SOCKET",
                        directory.resolve("other.sock").toString()),
                lamps);
        assertThatThrownBy(() -> Agent.start(otherSocket))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("held by another agent, pid " + self)
                .hasRootCauseInstanceOf(JournalException.class);
        agent.close();
        agent = Agent.start(otherSocket);
        agent.close();
    }

    @Test
    void stoppingWaitsForTheActionThatRuns() throws Exception {
        Promise<Outcome> slow = Promise.promise();
        lamps.slow = slow;
        lamps.burns.set(false);
        await().untilAsserted(() -> assertThat(lamps.changed).hasValue(1));

        CompletableFuture<Void> stopping = CompletableFuture.runAsync(agent::close);
        await().untilAsserted(
                        () -> assertThat(directory.resolve("control.sock")).doesNotExist());
        assertThat(stopping).isNotDone();
        assertThat(lamps.closed).isFalse();
        slow.complete(new Outcome.Succeeded(
                Evidence.of("changed"), Map.of(), SystemClock.open().now().sinceBoot()));
        stopping.join();

        assertThat(lamps.closed).isTrue();
        lamps.slow = null;
        agent = Agent.start(setup(Map.of(), lamps));
        assertThat(get("/api/v1/actions")).contains("\"succeeded\"").doesNotContain("\"interrupted\"");
    }

    @Test
    void beforeItStopsADomainMayStillHaveThingsDone() {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        lamps.last = (bus, id) -> bus.ask(
                        new Command(id, MadeUpDomain.POLISH, Map.of("lamp", "hall"), "agent", "the agent stops"),
                        DomainRuntime.LAST_WORDS)
                .onSuccess(answer::complete)
                .<Void>mapEmpty()
                .toCompletionStage()
                .toCompletableFuture();
        agent.close();
        assertThat(answer.join().succeeded()).isTrue();
        assertThat(lamps.closed).isTrue();
    }

    @Test
    void aDomainThatDoesNotEndIsNotWaitedForForever() {
        lamps.last = (bus, id) -> new CompletableFuture<>();
        Duration begun = sinceBoot();
        agent.close();
        assertThat(sinceBoot().minus(begun))
                .isBetween(DomainRuntime.LAST_WORDS, DomainRuntime.LAST_WORDS.plusSeconds(20));
        assertThat(lamps.closed).isTrue();
    }

    @Test
    void aDomainThatCannotBeSetUpIsABlindSensor() throws Exception {
        agent.close();
        agent = Agent.start(setup(Map.of(), lamps, new BrokenDomain()));

        await().untilAsserted(
                        () -> assertThat(get("/api/v1/status")).contains("domain:broken", "it is only made to fail"));
        assertThat(get("/health/ready")).contains("\"up\"");
    }

    @Test
    void aDomainThatIsTurnedOffIsNotOpened() throws Exception {
        agent.close();
        MadeUpDomain off = new MadeUpDomain();
        agent = Agent.start(setup(Map.of("WATCHDOG_DOMAINS_LAMPS_ENABLED", "false"), off));

        assertThat(off.settings).isNull();
        assertThat(get("/api/v1/tables")).doesNotContain("lamps");
    }

    @Test
    void aDirectoryThatCannotBeIsNamedInOneLine() throws IOException {
        agent.close();
        Path file = Files.writeString(directory.resolve("file"), "");
        Agent.Setup journal = setup(
                Map.of("WATCHDOG_JOURNAL_DIRECTORY", file.resolve("journal").toString()), lamps);
        Agent.Setup socket = setup(
                Map.of("WATCHDOG_CONTROL_SOCKET", file.resolve("control.sock").toString()), lamps);

        for (Agent.Setup wrong : List.of(journal, socket)) {
            assertThatThrownBy(() -> Agent.start(wrong))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageNotContaining("\n");
        }
    }

    private Agent.Setup setup(Map<String, String> more, Domain... domains) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of(
                "WATCHDOG_JOURNAL_DIRECTORY", directory.resolve("journal").toString(),
                "WATCHDOG_CONTROL_SOCKET", directory.resolve("control.sock").toString(),
                "WATCHDOG_HTTP_LISTEN", "127.0.0.1:0"));
        environment.putAll(more);
        Path file = Files.writeString(directory.resolve("watchdog.yaml"), "");
        return new Agent.Setup(
                Configuration.load(file, environment, List.of(domains)),
                List.of(domains),
                SystemClock.open(),
                new HostIdentity("0123456789abcdef0123456789abcdef", "testhost", "machine-id"),
                "test");
    }

    private String get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + agent.http().port() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static Duration sinceBoot() {
        try {
            return SystemClock.open().now().sinceBoot();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
