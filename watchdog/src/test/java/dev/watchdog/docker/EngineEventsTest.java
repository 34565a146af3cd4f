package dev.watchdog.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream of events over every kind of loss, on a real Unix socket. */
class EngineEventsTest {
    private static final String ID = "0123456789abcdef".repeat(4);
    private static final DockerEngine.Timing TIMING = new DockerEngine.Timing(
            Duration.ofSeconds(1),
            Duration.ofMillis(100),
            Duration.ofMillis(10),
            Duration.ofMillis(80),
            Duration.ofMillis(20));

    @TempDir
    Path scratch;

    private final HeardEvents heard = new HeardEvents();
    private FakeEngine fake;
    private DockerEngine engine;

    @BeforeAll
    static void warm(@TempDir Path scratch) throws Exception {
        DockerEngineTest.warm(scratch);
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
        await().untilAsserted(() -> assertThat(DockerEngineTest.threads()).isEmpty());
    }

    @Test
    void resumesWhereItWasCutAndTellsNothingTwice() {
        fake.answer(
                "/events",
                FakeEngine.stream(
                        event("start", "a", 1_700_000_000_000_000_001L),
                        event("die", "a", 1_700_000_000_000_000_002L)));
        engine.watch(heard);
        await().untilAsserted(() -> assertThat(heard.told()).containsExactly("connected false", "start a", "die a"));

        fake.answer(
                "/events",
                FakeEngine.stream(
                        event("die", "a", 1_700_000_000_000_000_002L),
                        event("start", "a", 1_700_000_001_000_000_000L)));
        fake.cut();

        await().untilAsserted(() -> assertThat(heard.told())
                .containsExactly("connected false", "start a", "die a", "lost CUT", "connected true", "start a"));
        List<String> asked = fake.requests().stream()
                .filter(line -> line.contains("/events"))
                .toList();
        assertThat(asked.get(0)).contains("type").contains("container").doesNotContain("since");
        assertThat(asked.get(asked.size() - 1)).contains("since=1700000000.000000002");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0\r\n\r\n", "5\r\n{[}]x\r\n", "zz\r\n", ""})
    void anyEndIsToldOnce(String ending) {
        fake.answer("/events", connection -> {
            FakeEngine.stream(event("start", "a", 1)).to(connection);
            fake.answer("/events", FakeEngine.stream());
            FakeEngine.write(connection, ending);
            connection.close();
        });
        engine.watch(heard);
        await().untilAsserted(() -> assertThat(heard.told()).hasSize(4));
        assertThat(heard.told()).startsWith("connected false", "start a").endsWith("connected true");
        assertThat(heard.told().get(2)).startsWith("lost ");
    }

    @Test
    void silenceIsALossAndIsToldOnceHoweverLongItLasts() {
        fake.answer("/events", FakeEngine.stream());
        engine.watch(heard);
        await().untilAsserted(() -> assertThat(heard.told()).containsExactly("connected false"));

        fake.answer("/_ping", FakeEngine.SILENCE).answer("/version", FakeEngine.SILENCE);
        await().untilAsserted(() -> assertThat(heard.told()).endsWith("lost TIMEOUT"));
        int tries = count("/version");
        await().until(() -> count("/version") > tries + 1);

        fake.answer("/version", FakeEngine.json("{\"ApiVersion\":\"1.41\"}"));
        await().untilAsserted(() ->
                assertThat(heard.told()).containsExactly("connected false", "lost TIMEOUT", "connected true"));
    }

    @Test
    void anEventStreamThatNeverBeginsIsGivenUpAndLeavesNoThread() {
        fake.answer("/events", FakeEngine.SILENCE);
        engine.watch(heard);
        await().untilAsserted(() -> assertThat(heard.told()).containsExactly("lost TIMEOUT"));
        await().until(() -> count("/events") >= 3);
        await().untilAsserted(() -> assertThat(DockerEngineTest.threads())
                .filteredOn(name -> name.startsWith("docker-java-stream"))
                .hasSizeLessThanOrEqualTo(1));
    }

    @Test
    void closingBeforeTheStreamBeginsLeavesNoThread() {
        fake.answer("/events", FakeEngine.SILENCE);
        Runnable end = engine.watch(heard);
        await().until(() -> count("/events") == 1);
        end.run();
        await().untilAsserted(() ->
                assertThat(DockerEngineTest.threads()).noneMatch(name -> name.startsWith("docker-java-stream")));
        assertThat(heard.told()).isEmpty();
    }

    @Test
    void waitsForAnEngineThatIsNotThereYet() {
        fake.close();
        engine.watch(heard);
        await().untilAsserted(() -> assertThat(heard.told()).containsExactly("lost ABSENT"));
        fake = new FakeEngine(scratch.resolve("d.sock"));
        fake.answer("/events", FakeEngine.stream(event("start", "a", 7)));
        await().untilAsserted(
                        () -> assertThat(heard.told()).containsExactly("lost ABSENT", "connected false", "start a"));
    }

    @Test
    void anEndlessEventIsALossNotAFullHeap() {
        String junk = "\"" + "x".repeat(1 << 16) + "\":1,";
        fake.answer("/events", connection -> {
            fake.answer("/events", FakeEngine.stream());
            FakeEngine.stream().to(connection);
            FakeEngine.chunk(connection, "{\"Actor\":{\"Attributes\":{");
            for (int i = 0; i < 1_100; i++) {
                FakeEngine.chunk(connection, junk);
            }
        });
        engine.watch(heard);
        await().untilAsserted(() ->
                assertThat(heard.told()).containsExactly("connected false", "lost GARBAGE", "connected true"));
    }

    @Test
    void passesOverWhatIsNoContainersEventAndOutlivesAListenerThatThrows() {
        fake.answer(
                "/events",
                FakeEngine.stream(
                        "{}",
                        "{\"Action\":\"start\",\"Actor\":{\"ID\":\"../../x\"},\"timeNano\":3}",
                        event("throw", "a", 4),
                        event("exec_start: sh -c 'rm -rf /'", "a", 5)));
        engine.watch(new EngineListener() {
            @Override
            public void connected(boolean resumed) {
                heard.connected(resumed);
            }

            @Override
            public void event(EngineEvent event) {
                heard.event(event);
                if (event.action().equals("throw")) {
                    throw new IllegalStateException("on purpose");
                }
            }

            @Override
            public void lost(EngineException why) {
                heard.lost(why);
            }
        });
        await().untilAsserted(
                        () -> assertThat(heard.told()).containsExactly("connected false", "throw a", "exec_start a"));
    }

    private int count(String path) {
        return (int)
                fake.requests().stream().filter(line -> line.contains(path)).count();
    }

    private static String event(String action, String name, long nanos) {
        return "{\"Type\":\"container\",\"Action\":\"" + action + "\",\"Actor\":{\"ID\":\"" + ID
                + "\",\"Attributes\":{\"name\":\"" + name + "\"}},\"time\":1,\"timeNano\":" + nanos + "}";
    }
}
