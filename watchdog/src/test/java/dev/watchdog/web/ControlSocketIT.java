package dev.watchdog.web;

import static dev.watchdog.web.Stage.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.HealerVerticle;
import dev.watchdog.healing.LiveState;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlSocketIT {
    private final Stage stage = new Stage();
    private final LiveState live = new LiveState();
    private final HttpClient client = stage.vertx.createHttpClient();

    @TempDir
    Path temp;

    private Path socket;
    private String deployment;

    @BeforeEach
    void open() throws IOException {
        socket = temp.resolve("watchdog/control.sock");
        deployment = await(deploy());
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void onlyItsOwnerReachesItAndItGoesWithTheAgent() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve("watchdog"))))
                .isEqualTo("rwx------");
        assertThat(get("/api/v1/status").status).isEqualTo(200);

        await(stage.vertx.undeploy(deployment));
        assertThat(temp.resolve("watchdog").toFile().list()).isEmpty();
    }

    @Test
    void refusesToTakeALiveAgentsPlaceAndTakesADeadOnes() throws Exception {
        assertThatThrownBy(() -> await(deploy()))
                .hasMessageContaining("another agent listens")
                .hasMessageNotContaining("\n");
        assertThat(get("/api/v1/status").status).isEqualTo(200);

        await(stage.vertx.undeploy(deployment));
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        await(deploy());
        assertThat(get("/api/v1/status").status).isEqualTo(200);
    }

    @Test
    void carriesACommandOutOnceAndRepeatsItsAnswer() throws Exception {
        heal();
        Reply first =
                post("", "{\"id\":\"c-1\",\"verb\":\"pause\",\"arguments\":{\"for\":\"PT5M\"},\"reason\":\"work\"}");
        assertThat(first.status).isEqualTo(200);
        assertThat(first.body.at("/command").textValue()).isEqualTo("c-1");
        assertThat(first.body.at("/status").textValue()).isEqualTo("succeeded");
        assertThat(get("/api/v1/status").body.at("/pause/reason").textValue()).isEqualTo("work");
        long entries = stage.journal.last();

        Reply again =
                post("", "{\"id\":\"c-1\",\"verb\":\"pause\",\"arguments\":{\"for\":\"PT5M\"},\"reason\":\"work\"}");
        assertThat(again.body).isEqualTo(first.body);
        assertThat(get("/api/v1/commands/c-1").body).isEqualTo(first.body);
        assertThat(stage.journal.last()).isEqualTo(entries);
        assertThat(get("/api/v1/events?after=0")
                        .body
                        .at("/events/0/data/origin")
                        .textValue())
                .isEqualTo("control-socket");
    }

    @Test
    void saysWhyACommandIsRejected() throws Exception {
        heal();
        Reply reply = post("", "{\"id\":\"c-2\",\"verb\":\"heal\",\"arguments\":{\"fault\":\"f9\"}}");
        assertThat(reply.status).isEqualTo(409);
        assertThat(reply.body.at("/command").textValue()).isEqualTo("c-2");
        assertThat(reply.body.at("/detail").textValue()).contains("no open fault");
        assertThat(get("/api/v1/commands/c-2").body).isEqualTo(reply.body);
    }

    @Test
    void saysThatNothingCanBeDoneNow() throws Exception {
        assertThat(post("", "{\"verb\":\"resume\"}").status).isEqualTo(503);
        heal();
        stage.journal.writable = false;
        Reply reply = post("", "{\"verb\":\"resume\"}");
        assertThat(reply.status).isEqualTo(503);
        assertThat(reply.body.at("/detail").textValue()).contains("disk is full");
    }

    @Test
    void answersLaterWhenTheAnswerIsLate() throws Exception {
        stage.vertx.eventBus().localConsumer("watchdog.commands", message -> {});
        Reply late = post("?wait=PT0.05S", "{\"id\":\"c-3\",\"verb\":\"heal\",\"arguments\":{\"fault\":\"f1\"}}");
        assertThat(late.status).isEqualTo(202);
        assertThat(late.body.at("/command").textValue()).isEqualTo("c-3");

        stage.journal.add(
                Subject.HOST,
                Severity.INFO,
                "c-3",
                new CommandEvent.Accepted("c-3", "heal", "control-socket", Map.of(), ""));
        assertThat(get("/api/v1/commands/c-3").status).isEqualTo(202);
        stage.journal.add(Subject.HOST, Severity.WARN, "c-3", new CommandEvent.Failed("c-3", "heal", "it is gone"));
        Reply done = get("/api/v1/commands/c-3");
        assertThat(done.status).isEqualTo(200);
        assertThat(done.body.at("/result/summary").textValue()).isEqualTo("it is gone");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "{\"verb\":\"resume\",\"force\":1}",
                "{\"verb\":\"re sume\"}",
                "{\"id\":\"a/b\",\"verb\":\"resume\"}"
            })
    void refusesWhatIsNotACommand(String body) throws Exception {
        heal();
        Reply reply = post("", body);
        assertThat(reply.status).isEqualTo(400);
        assertThat(reply.body.at("/detail").textValue()).isNotBlank();
        assertThat(stage.journal.last()).isZero();
    }

    @Test
    void refusesTooLargeAWaitABodyAndAnotherType() throws Exception {
        heal();
        assertThat(post("?wait=PT2M", "{\"verb\":\"resume\"}").status).isEqualTo(400);
        assertThat(post("?wait=soon", "{\"verb\":\"resume\"}").status).isEqualTo(400);
        Reply large = post("", "{\"verb\":\"resume\",\"reason\":\"" + "x".repeat(20_000) + "\"}");
        assertThat(large.status).isEqualTo(413);
        assertThat(send(HttpMethod.POST, "/api/v1/commands", "text/plain", "{\"verb\":\"resume\"}").status)
                .isEqualTo(415);
        assertThat(stage.journal.last()).isZero();
    }

    private void heal() {
        await(stage.vertx.deployVerticle(
                new HealerVerticle(stage.journal, Stage.CLOCK, stage.bus, Stage.POLICY, Map::of, List::of, live)));
    }

    private Future<String> deploy() {
        return stage.vertx.deployVerticle(new ControlSocketVerticle(stage.sources(live, "box"), socket));
    }

    private record Reply(int status, JsonNode body) {}

    private Reply get(String path) throws IOException {
        return send(HttpMethod.GET, path, "application/json", "");
    }

    private Reply post(String query, String body) throws IOException {
        return send(HttpMethod.POST, "/api/v1/commands" + query, "application/json; charset=utf-8", body);
    }

    private Reply send(HttpMethod method, String path, String type, String body) throws IOException {
        RequestOptions options = new RequestOptions()
                .setServer(SocketAddress.domainSocketAddress(socket.toString()))
                .setHost("localhost")
                .setMethod(method)
                .setURI(path)
                .putHeader("Accept", "application/json")
                .putHeader("Content-Type", type);
        HttpClientResponse response = await(client.request(options)
                .compose(request -> request.send(Buffer.buffer(body))
                        .compose(answer -> answer.body().map(all -> answer))));
        return new Reply(
                response.statusCode(),
                new JsonMapper().readTree(await(response.body()).getBytes()));
    }
}
