package dev.watchdog.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.EngineException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls to an engine that answers well, badly or not at all, on a real Unix socket. */
class DockerEngineTest {
    private static final String ID = "0123456789abcdef".repeat(4);
    private static final DockerEngine.Timing TIMING = new DockerEngine.Timing(
            Duration.ofSeconds(1),
            Duration.ofMillis(100),
            Duration.ofMillis(10),
            Duration.ofMillis(80),
            Duration.ofMillis(20));

    @TempDir
    Path scratch;

    private FakeEngine fake;
    private DockerEngine engine;

    /** Loading docker-java's classes can take longer than these tests' deadline. */
    @BeforeAll
    static void warm(@TempDir Path scratch) throws Exception {
        try (FakeEngine fake = new FakeEngine(scratch.resolve("w.sock"));
                Engine engine = new DockerEngine("unix://" + scratch.resolve("w.sock"), DockerEngine.Timing.SHIPPED)) {
            fake.answer("/containers/json", FakeEngine.json("[]"));
            fake.answer("/containers/" + ID, FakeEngine.json("{\"Id\":\"" + ID + "\",\"State\":{}}"));
            assertThat(Outcome.of(engine.running())).isEmpty();
            assertThat(Outcome.of(engine.inspect(ID)).id()).isEqualTo(ID);
        }
    }

    @BeforeEach
    void start() {
        fake = new FakeEngine(scratch.resolve("d.sock"));
        engine = new DockerEngine("unix://" + scratch.resolve("d.sock"), TIMING);
    }

    @AfterEach
    void stop() {
        engine.close();
        fake.close();
        await().untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"1.24,1.12,1.24", "1.41,1.12,1.41", "1.44,1.24,1.44", "1.52,1.44,1.44", "1.60,1.50,1.50", "2.1,,1.44"})
    void speaksTheNewestVersionBothKnow(String newest, String least, String agreed) throws Exception {
        fake.answer(
                "/version",
                FakeEngine.json("{\"ApiVersion\":\"" + newest + "\""
                        + (least == null ? "" : ",\"MinAPIVersion\":\"" + least + "\"") + "}"));
        fake.answer("/containers/json", FakeEngine.json("[]"));

        assertThat(Outcome.of(engine.running())).isEmpty();
        assertThat(Outcome.of(engine.running())).isEmpty();

        assertThat(fake.requests()).first().isEqualTo("GET /version");
        assertThat(fake.requests().get(1)).startsWith("GET /v" + agreed + "/containers/json");
        assertThat(fake.requests()).hasSize(3);
    }

    @Test
    void takesNamesAsTextAndIdsOnlyAsIds() throws Exception {
        fake.answer(
                "/containers/json",
                FakeEngine.json("[{\"Id\":\"" + ID + "\",\"Names\":[\"/a\\n'; \\u001b[2J rm -rf /\"]}]"));
        assertThat(Outcome.of(engine.running())).containsExactly(new ContainerRef(ID, "a\n'; \u001b[2J rm -rf /"));

        fake.answer("/containers/json", FakeEngine.json("[{\"Id\":\"../../etc\\n\",\"Names\":[\"/a\"]}]"));
        EngineException why = Outcome.failure(engine.running());
        assertThat(why.reason()).isEqualTo(Reason.GARBAGE);
        assertThat(why.getMessage()).doesNotContain("\n");
        for (String bad : List.of("c1", "../x", ID + "/", ID.toUpperCase(Locale.ROOT), "")) {
            assertThatThrownBy(() -> engine.inspect(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Who was given what mounting takes; what does not say so was. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"Privileged\":false,\"CapAdd\":null; false",
                "\"Privileged\":false; false",
                "\"Privileged\":false,\"CapAdd\":[\"NET_ADMIN\",\"CAP_SYS_PTRACE\"]; false",
                "\"Privileged\":true,\"CapAdd\":null; true",
                "\"Privileged\":false,\"CapAdd\":[\"SYS_ADMIN\"]; true",
                "\"Privileged\":false,\"CapAdd\":[\"CAP_SYS_ADMIN\"]; true",
                "\"Privileged\":false,\"CapAdd\":[\"NET_ADMIN\",\"ALL\"]; true",
                "\"CapAdd\":null; true",
                "\"ReadonlyRootfs\":false; true",
            })
    void tellsWhetherAContainerMayMount(String host, boolean may) throws Exception {
        fake.answer(
                "/containers/" + ID,
                FakeEngine.json("{\"Id\":\"" + ID + "\",\"State\":{},\"HostConfig\":{" + host + "}}"));
        assertThat(Outcome.of(engine.inspect(ID)).mayMount()).isEqualTo(may);
    }

    @Test
    void inspectsWhatLittleThereIs() throws Exception {
        fake.answer("/containers/" + ID, FakeEngine.json("{\"Id\":\"" + ID + "\",\"State\":{}}"));
        assertThat(Outcome.of(engine.inspect(ID)))
                .isEqualTo(
                        new ContainerRecord(ID, "", 0, false, false, Instant.EPOCH, "", Map.of(), false, "", "", true));

        fake.answer("/containers/" + ID, FakeEngine.json("{\"Id\":\"" + "f".repeat(64) + "\",\"State\":{}}"));
        assertThat(Outcome.failure(engine.inspect(ID)).reason()).isEqualTo(Reason.GARBAGE);
        fake.answer("/containers/" + ID, FakeEngine.status(404, "{\"message\":\"No such\\ncontainer\"}"));
        EngineException gone = Outcome.failure(engine.inspect(ID));
        assertThat(gone.gone()).isTrue();
        assertThat(gone.getMessage()).contains("404").doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{\"ApiVersion\":\"x/y\"}",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            })
    void tellsGarbageFromAnEngine(String answer) throws Exception {
        fake.answer("/version", FakeEngine.raw(answer));
        EngineException why = Outcome.failure(engine.info());
        assertThat(why.reason()).isEqualTo(Reason.GARBAGE);
        assertThat(why.getMessage()).contains("no Docker engine").doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n[{\"Id\":",
            })
    void tellsAnAnswerThatBreaksOff(String answer) throws Exception {
        fake.answer("/containers/json", FakeEngine.raw(answer));
        assertThat(Outcome.failure(engine.running()).reason()).isEqualTo(Reason.CUT);
        fake.answer("/containers/json", FakeEngine.json("[]"));
        assertThat(Outcome.of(engine.running())).isEmpty();
    }

    @Test
    void readsNoEndlessAnswer() throws Exception {
        String more = ",\"" + "x".repeat(1 << 20) + "\"";
        fake.answer("/containers/json", connection -> {
            FakeEngine.stream("[{\"Id\":\"" + ID + "\",\"Junk\":[1").to(connection);
            for (int i = 0; i < 300; i++) {
                FakeEngine.chunk(connection, more);
            }
        });
        DockerEngine patient = new DockerEngine(engine.address(), DockerEngine.Timing.SHIPPED);
        try (patient) {
            EngineException why = Outcome.failure(patient.running());
            assertThat(why.reason()).isEqualTo(Reason.GARBAGE);
            assertThat(why.getMessage()).contains("more than 256 MiB");
        }
    }

    @Test
    void neverWaitsForASilentEngineAndRecovers() throws Exception {
        fake.answer("/containers/json", FakeEngine.SILENCE);
        List<CompletableFuture<List<ContainerRef>>> calls =
                Stream.generate(engine::running).limit(20).toList();
        for (CompletableFuture<?> call : calls) {
            assertThat(Outcome.failure(call).reason()).isEqualTo(Reason.TIMEOUT);
        }
        assertThat(engine.threads()).isLessThanOrEqualTo(Calls.THREADS);
        fake.answer("/containers/json", FakeEngine.json("[]"));
        assertThat(Outcome.of(engine.running())).isEmpty();
    }

    @Test
    void refusesMoreCallsThanTheQueueHolds() throws Exception {
        fake.answer("/containers/json", FakeEngine.SILENCE);
        List<CompletableFuture<List<ContainerRef>>> calls = Stream.generate(engine::running)
                .limit(Calls.WAITING + Calls.THREADS + 1)
                .toList();
        assertThat(Outcome.failure(calls.get(calls.size() - 1)).reason()).isEqualTo(Reason.BUSY);
        assertThat(Outcome.failure(calls.get(0)).reason()).isEqualTo(Reason.TIMEOUT);
    }

    @Test
    void saysWhenNothingListensThere() throws Exception {
        fake.close();
        assertThat(Outcome.failure(engine.info()).reason()).isEqualTo(Reason.ABSENT);
        Files.createFile(scratch.resolve("d.sock"));
        EngineException refused = Outcome.failure(engine.info());
        assertThat(refused.reason()).isEqualTo(Reason.ABSENT);
        assertThat(refused.getMessage()).contains(engine.address()).contains("docker.engines");
        Files.delete(scratch.resolve("d.sock"));
    }

    @Test
    void failsOpenCallsWhenClosed() throws Exception {
        fake.answer("/containers/json", FakeEngine.SILENCE);
        CompletableFuture<?> open = engine.running();
        await().until(() -> fake.requests().size() == 2);
        engine.close();
        assertThat(Outcome.failure(open).reason()).isEqualTo(Reason.CLOSED);
        assertThat(Outcome.failure(engine.running()).reason()).isEqualTo(Reason.CLOSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tcp://127.0.0.1:2375", "/var/run/docker.sock", "unix://docker.sock", "unix:///a b"})
    void takesOnlyUnixSockets(String address) {
        assertThatThrownBy(() -> new DockerEngine(address, TIMING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unix:///");
    }

    static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("docker-"))
                .toList();
    }
}
