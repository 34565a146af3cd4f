package dev.watchdog.docker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.docker.EngineException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine that says too much, or one whose containers do. */
class HostileEngineIT {
    private static final String ID = "0123456789abcdef".repeat(4);
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
    private static final int MIB = 1 << 20;

    @TempDir
    Path scratch;

    private FakeEngine fake;
    private DockerEngine engine;

    @BeforeEach
    void start() {
        fake = new FakeEngine(scratch.resolve("d.sock"));
        fake.answer("/containers/json", FakeEngine.json("[]"));
        engine = new DockerEngine(
                "unix://" + scratch.resolve("d.sock"),
                new DockerEngine.Timing(
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(80),
                        Duration.ofMillis(20)));
    }

    @AfterEach
    void stop() {
        engine.close();
        fake.close();
        await().untilAsserted(() -> assertThat(DockerEngineTest.threads()).isEmpty());
    }

    /** Over and over until the other side has had enough. */
    private static FakeEngine.Answer endless(String begin, String more) {
        return connection -> {
            FakeEngine.write(connection, begin);
            byte[] some = more.repeat(Math.max(1, 4_096 / more.length())).getBytes(US_ASCII);
            while (true) {
                write(connection, some);
            }
        };
    }

    private static void write(SocketChannel connection, byte[] some) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(some);
        while (bytes.hasRemaining()) {
            connection.write(bytes);
        }
    }

    private static String mebibytes(int count, String of) {
        return of.repeat(count * MIB / of.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 ",
                "HTTP/1.1 200 OK\r\nX: ",
                "HTTP/1.1 200 OK\r\nX: y\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n",
                "HTTP/1.1 99 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno name\r\n\r\n"
            })
    void aHeadWithoutEndOrSenseIsGarbage(String begin) throws Exception {
        fake.answer("/info", endless(begin, "xyz: xyz\r\n"));
        assertThat(Outcome.failure(engine.info()).reason()).isEqualTo(Reason.GARBAGE);
        assertThat(Outcome.of(engine.running())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{\"Id\":\"", "[{\"Labels\":{\"", "[{\"Labels\":[", "[", "[{\"Mounts\":[\""})
    void aListWithoutEndIsReadToTheBoundAndTold(String begin) throws Exception {
        fake.answer("/containers/json", endless(HEAD + begin, begin.equals("[") ? "{}, " : "[{\\\"abc\\\": "));
        EngineException why = Outcome.failure(engine.running());
        assertThat(why.reason()).isEqualTo(Reason.GARBAGE);
        assertThat(why.getMessage()).contains("gave an answer").contains("more than");
        assertThat(fake.requests()).hasSize(2);
    }

    /** What one container is called and labelled must not hide the others. */
    @Test
    void whatIsNotNeededOfAContainerHidesNothing() throws Exception {
        String other = "f".repeat(64);
        fake.answer("/containers/json", connection -> {
            FakeEngine.write(connection, HEAD + "[{\"Names\":[\"/" + mebibytes(3, "n") + "\"],\"Id\":\"" + ID + "\",");
            FakeEngine.write(connection, "\"Labels\":{\"" + mebibytes(20, "k") + "\":\"");
            for (int i = 0; i < 60; i++) {
                FakeEngine.write(connection, mebibytes(1, "v\\\""));
            }
            FakeEngine.write(connection, "\"},\"Mounts\":[");
            FakeEngine.write(connection, mebibytes(10, "{\"Source\":\"/a\"},") + "{}]},{\"Id\":\"" + other + "\"}]");
            connection.close();
        });
        assertThat(Outcome.of(engine.running())).containsExactly(new ContainerRef(ID, ""), new ContainerRef(other, ""));

        fake.answer("/containers/" + ID, connection -> {
            FakeEngine.write(connection, HEAD + "{\"HostConfig\":{\"Binds\":[\"" + mebibytes(40, "/b") + "\"]},");
            FakeEngine.write(connection, "\"Config\":{\"Env\":[" + mebibytes(20, "0,[],{},") + "0]},");
            FakeEngine.write(
                    connection,
                    "\"State\":{\"Pid\":42,\"Running\":true},\"Id\":\"" + ID + "\",\"Name\":\"/" + "n".repeat(300)
                            + "\",\"GraphDriver\":{\"Data\":{\"MergedDir\":\"/m\",\"LowerDir\":\"");
            FakeEngine.write(connection, mebibytes(8, "/l:") + "\"}}}");
            connection.close();
        });
        ContainerRecord record = Outcome.of(engine.inspect(ID));
        assertThat(record.pid()).isEqualTo(42);
        assertThat(record.name()).hasSize(257).startsWith("nnn").endsWith("…");
        assertThat(record.graph()).isEqualTo(Map.of("MergedDir", "/m"));
    }

    @Test
    void whyItRefusesIsReadToTheBound() throws Exception {
        fake.answer("/info", endless("HTTP/1.1 500 No\r\n\r\n", "because "));
        EngineException why = Outcome.failure(engine.info());
        assertThat(why.status()).isEqualTo(500);
        assertThat(why.getMessage()).contains("because because").hasSizeLessThan(500);
    }

    /** One that never ends must not take the others' connections with it. */
    @Test
    void anEndlessAnswerDisturbsNoOther() throws Exception {
        fake.answer("/containers/" + ID, endless(HEAD + "{\"x\":\"", "y"));
        CompletableFuture<ContainerRecord> bad = engine.inspect(ID);
        for (int i = 0; !bad.isDone(); i++) {
            assertThat(Outcome.of(engine.running())).as("list %s", i).isEmpty();
        }
        assertThat(Outcome.failure(bad).getMessage()).contains("an answer of more than 256 MiB");
        assertThat(Outcome.of(engine.running())).isEmpty();
    }

    @Test
    void drippingAnswersEndAtTheirDeadlines() throws Exception {
        engine.close();
        engine = new DockerEngine(
                engine.address(),
                new DockerEngine.Timing(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(80),
                        Duration.ofMillis(20)));
        Thread[] dripping = new Thread[1];
        for (String begin : List.of("HTTP/1.1 200 ", HEAD + "[", "HTTP/1.1 500 No\r\n\r\n")) {
            fake.answer("/containers/json", connection -> {
                dripping[0] = Thread.currentThread();
                FakeEngine.write(connection, begin);
                while (true) {
                    FakeEngine.write(connection, " ");
                    java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
                }
            });
            assertThat(Outcome.failure(engine.running()).reason()).isEqualTo(Reason.TIMEOUT);
            // it cannot write any more
            dripping[0].join(Duration.ofSeconds(20).toMillis());
            assertThat(dripping[0].isAlive()).isFalse();
        }
    }

    @Test
    void anEventOfAContainerWithManyLabelsIsHeardAndOneWithoutEndIsALoss() {
        HeardEvents heard = new HeardEvents();
        String labels = mebibytes(20, "\"label\":\"value\",");
        fake.answer("/events", connection -> {
            fake.answer("/events", FakeEngine.stream());
            FakeEngine.stream("{\"Action\":\"start\",\"Actor\":{\"ID\":\"" + ID + "\",\"Attributes\":{" + labels
                            + "\"name\":\"a\"}},\"timeNano\":7}")
                    .to(connection);
            while (true) {
                FakeEngine.chunk(connection, "{\"Actor\":[" + "0,".repeat(10_000));
            }
        });
        engine.watch(heard);
        await().untilAsserted(() -> assertThat(heard.told())
                .containsExactly("connected false", "start a", "lost GARBAGE", "connected true"));
    }
}
