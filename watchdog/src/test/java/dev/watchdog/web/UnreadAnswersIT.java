package dev.watchdog.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as it is shipped, which ends when its heap of 96 MiB is not enough, before clients who read no answer. */
@NeedsRoot
class UnreadAnswersIT {
    private static final int COMMANDS = 500;
    private static final int MOST_RESIDENT_MEBIBYTES = 220;
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final String HOST = "Host: localhost\\r\\n";
    private static final String JSON = HOST + "Accept: application/json\\r\\n\\r\\n";

    private static final String LIST = """
            GET /api/v1/events?after=0&limit=1000 HTTP/1.1\r
            Host: localhost\r
            Accept: application/json\r
            Connection: close\r
            \r
            """;

    @TempDir
    Path temp;

    private Path log;
    private Path control;
    private int port;
    private Process agent;

    @BeforeEach
    void start() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        log = temp.resolve("agent.log");
        control = temp.resolve("control.sock");
        Path configuration =
                Files.writeString(temp.resolve("watchdog.yaml"), String.format("""
                journal: { directory: "%s/journal" }
                http: { listen: "127.0.0.1:%d" }
                control: { socket: "%s" }
                docker: { engines: [ "unix://%s/none.sock" ] }
                """, temp, port, control, temp));
        agent = new ProcessBuilder(
                        System.getProperty("watchdog.home") + "/bin/watchdog",
                        "run",
                        "--config",
                        configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .failFast("the agent ended", () -> !agent.isAlive())
                .until(() -> Files.readString(log).contains("ready in"));
        fillJournal();
    }

    @AfterEach
    void stop() throws InterruptedException {
        agent.destroy();
        assertThat(agent.waitFor()).isZero();
    }

    /** Two entries for each command, some two megabytes altogether. */
    private void fillJournal() throws IOException {
        String body = "{\"verb\":\"report\",\"reason\":\"" + "x".repeat(1_000) + "\"}";
        ByteBuffer requests = ByteBuffer.wrap(("POST /api/v1/commands?wait=PT10S HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII));
        ByteBuffer answer = ByteBuffer.allocate(64 * 1024);
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(control));
            for (int i = 0; i < COMMANDS; i++) {
                channel.write(requests.rewind());
                channel.read(answer.clear());
            }
        }
    }

    @Test
    void costTheAgentNothingThatGrows() throws IOException {
        String lists = "GET /api/v1/events?after=0&limit=1000 HTTP/1.1\\r\\n" + JSON;
        String others = "GET /api/v1/actions?limit=1000 HTTP/1.1\\r\\n" + JSON
                + "GET /api/v1/faults?state=all HTTP/1.1\\r\\n" + JSON + "GET /metrics HTTP/1.1\\r\\n" + JSON;
        String stream = "GET /api/v1/events?after=0 HTTP/1.1\\r\\n" + HOST + "\\r\\n";
        try (Stranger first = new Stranger(12_345, port, 150, 20, lists);
                Stranger second = new Stranger(12_346, port, 150, 20, lists);
                Stranger third = new Stranger(12_347, port, 150, 20, others);
                Stranger fourth = new Stranger(12_348, port, 500, 1, stream)) {
            first.awaitReady();
            second.awaitReady();
            third.awaitReady();
            fourth.awaitReady();
            for (int i = 0; i < 10; i++) {
                assertThat(Raw.ask(port, "GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                        .startsWith("HTTP/1.1 200");
                assertThat(Raw.ask(port, "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                        .startsWith("HTTP/1.1 200");
                assertThat(Raw.ask(port, LIST)).startsWith("HTTP/1.1 200").endsWith("}\n");
                assertTheControlSocketAnswers();
                assertThat(residentMebibytes()).isLessThan(MOST_RESIDENT_MEBIBYTES);
                assertThat(agent.isAlive()).isTrue();
            }
        }
        assertThat(Files.readString(log)).doesNotContain("ERROR", "\tat ");
        assertThat(Files.readAllLines(log))
                .filteredOn(line -> line.contains(" WARN "))
                .allMatch(line -> line.contains("no Docker engine listens"));
    }

    private void assertTheControlSocketAnswers() throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(control));
            channel.write(ByteBuffer.wrap(
                    "GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(1_024);
            channel.read(answer);
            assertThat(new String(answer.array(), StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 200");
        }
    }

    private long residentMebibytes() throws IOException {
        return RESIDENT.matcher(Files.readString(Path.of("/proc/" + agent.pid() + "/status")))
                        .results()
                        .map(MatchResult::group)
                        .mapToLong(text -> Long.parseLong(text.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                / 1024;
    }
}
