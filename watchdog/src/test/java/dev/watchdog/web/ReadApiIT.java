package dev.watchdog.web;

import static dev.watchdog.web.Stage.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.ContractFiles;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.Fault;
import dev.watchdog.healing.HealerState;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.Published;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadApiIT {
    private static final String NASTY = "a\"b\n\r\t\u0000\u001b[2J</script><b>&'\u202e\u2028\u009b";
    private static final Subject BOX = new Subject("container", "abc");

    private final Stage stage = new Stage();
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpVerticle door;

    @BeforeEach
    void open() {
        LiveState live = Published.of(
                List.of(Published.fault(
                        "0a1b2c3d-f2", "container.rootfs-lost", BOX, Evidence.of(NASTY), "0a1b2c3d-a2")),
                Map.of("docker-events:x", new HealerState.Blindness(MemoryJournal.TIME, NASTY)),
                true);
        past();
        open(live);
    }

    private void open(LiveState live) {
        door = new HttpVerticle(stage.sources(live, NASTY), "127.0.0.1", 0, Set.of());
        await(stage.vertx.deployVerticle(door));
    }

    /** Fault 1 was raised, mended and cleared; fault 2 is open and its action waits. */
    private void past() {
        String fault = "0a1b2c3d-f1";
        String action = "0a1b2c3d-a1";
        String kind = "container.restore-rootfs";
        stage.journal.add(
                BOX, Severity.ERROR, fault, new FaultRaised(fault, "container.rootfs-lost", Evidence.of(NASTY)));
        stage.journal.add(BOX, Severity.INFO, fault, new ActionEvent.Requested(action, fault, kind, "policy", 1));
        stage.journal.add(BOX, Severity.INFO, fault, new ActionEvent.Started(action, fault, kind, Evidence.of("p")));
        stage.journal.add(
                BOX,
                Severity.INFO,
                fault,
                new ActionEvent.Succeeded(action, fault, kind, Evidence.of("proved"), Map.of("act", 900L)));
        stage.journal.add(
                BOX,
                Severity.INFO,
                fault,
                new FaultCleared(fault, "container.rootfs-lost", "healed", MemoryJournal.TIME.minusSeconds(1)));
        stage.journal.add(
                BOX,
                Severity.INFO,
                "0a1b2c3d-f2",
                new ActionEvent.Requested("0a1b2c3d-a2", "0a1b2c3d-f2", kind, "policy", 1));
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void servesTheDocumentsOfItsContract() throws Exception {
        for (String name : ContractFiles.names()) {
            HttpResponse<String> answer = get("/api/v1/" + name);
            assertThat(answer.statusCode()).as(name).isEqualTo(200);
            assertThat(answer.body())
                    .isEqualTo(new String(ContractFiles.read(name).orElseThrow(), StandardCharsets.UTF_8));
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValue(name.endsWith(".yaml") ? "application/yaml" : "application/schema+json");
        }
        assertThat(json("/api/v1/schema").path("files"))
                .hasSize(ContractFiles.names().size());
        for (String path : List.of("/api/v1/schema/nothing.json", "/api/v1/schema/..%2fasyncapi.yaml")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void anEventNamesItsHostAndItsSubject() throws Exception {
        Evidence named = Evidence.of("gone").with("containerName", "web");
        stage.journal.add(BOX, Severity.ERROR, "f9", new FaultRaised("f9", "container.rootfs-lost", named));
        JsonNode events = new JsonMapper()
                .readTree(client.send(
                                HttpRequest.newBuilder(uri("/api/v1/events"))
                                        .header("Accept", "application/json")
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body());
        JsonNode last = events.path("events").get(events.path("events").size() - 1);
        assertThat(last.path("subjectname").asText()).isEqualTo("web");
        assertThat(last.path("hostname").asText()).isNotEmpty();
    }

    @Test
    void whomAStoppingServerLeavesWasNotRefused() throws Exception {
        try (Raw waiting = new Raw(door.port(), "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            assertThat(waiting.line()).isEqualTo("HTTP/1.1 200 OK");
            stage.vertx.deploymentIDs().forEach(each -> await(stage.vertx.undeploy(each)));
        }
        assertThat(RefusalMetersTest.refused(stage.registry)).isEmpty();
    }

    @Test
    void tellsHealthWithReasons() throws Exception {
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(json("/health/ready").at("/status").textValue()).isEqualTo("up");

        stage.ready = false;
        HttpResponse<String> down = get("/health/ready");
        assertThat(down.statusCode()).isEqualTo(503);
        assertThat(down.body()).contains("\"status\":\"down\"", "the disk is full");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);

        stage.live = false;
        assertThat(get("/health/live").statusCode()).isEqualTo(503);
    }

    @Test
    void liveAndStatusNeedNoJournal() throws Exception {
        stage.journal.readable = false;
        stage.journal.writable = false;
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(json("/api/v1/status").at("/journal/writable").booleanValue())
                .isFalse();
        HttpResponse<String> past = get("/api/v1/faults?state=cleared");
        assertThat(past.statusCode()).isEqualTo(503);
        assertThat(past.body()).contains("look at the disk");
    }

    @Test
    void listsOpenAndClearedFaults() throws Exception {
        JsonNode open = json("/api/v1/faults");
        assertThat(open.at("/open").intValue()).isEqualTo(1);
        JsonNode fault = open.at("/faults/0");
        assertThat(fault.at("/id").textValue()).isEqualTo("0a1b2c3d-f2");
        assertThat(fault.at("/subject").textValue()).isEqualTo("container/abc");
        assertThat(fault.at("/host").textValue()).isEqualTo("host-1");
        assertThat(fault.at("/severity").textValue()).isEqualTo("error");
        assertThat(fault.at("/state").textValue()).isEqualTo("open");
        assertThat(fault.at("/evidence/summary").textValue()).isEqualTo(NASTY);
        assertThat(fault.at("/actions/0/state").textValue()).isEqualTo("waiting");
        assertThat(fault.has("clearedAt")).isFalse();

        JsonNode cleared = json("/api/v1/faults?state=cleared").at("/faults");
        assertThat(cleared).hasSize(1);
        assertThat(cleared.at("/0/reason").textValue()).isEqualTo("healed");
        assertThat(cleared.at("/0/severity").textValue()).isEqualTo("error");
        assertThat(cleared.at("/0/actions/0/micros/act").intValue()).isEqualTo(900);
        assertThat(json("/api/v1/faults?state=all").at("/faults")).hasSize(2);
        assertThat(json("/api/v1/faults?state=all&limit=1").at("/faults")).hasSize(1);
    }

    @Test
    void findsClearedFaultsBeyondOnePage() throws Exception {
        for (int i = 0; i < 2 * Lately.PAGE; i++) {
            stage.journal.add(
                    BOX,
                    Severity.INFO,
                    "0a1b2c3d-f2",
                    new ActionEvent.Held("0a1b2c3d-a2", "0a1b2c3d-f2", "k", "budget", "full", null));
        }
        assertThat(json("/api/v1/faults?state=cleared").at("/faults")).hasSize(1);
        assertThat(json("/api/v1/actions").at("/actions")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"f1,cleared,5", "0a1b2c3d-f1,cleared,5", "f2,open,1", "0a1b2c3d-f2,open,1"})
    void tellsTheStoryOfOneFault(String id, String state, int entries) throws Exception {
        JsonNode story = json("/api/v1/faults/" + id);
        assertThat(story.at("/fault/state").textValue()).isEqualTo(state);
        assertThat(story.at("/timeline")).hasSize(entries);
        assertThat(story.at("/complete").booleanValue()).isTrue();
        JsonNode first = story.at("/timeline/0");
        assertThat(first.at("/specversion").textValue()).isEqualTo("1.0");
        assertThat(first.at("/type").textValue()).startsWith("dev.watchdog.").endsWith(".v1");
        assertThat(first.at("/recordedtime").textValue()).isEqualTo("2026-11-22T10:00:00Z");
        assertThat(story.at("/fault/actions")).hasSize(1);
        assertThat(story.at("/fault/actions/0/requestedAt").isTextual()).isTrue();
    }

    @Test
    void listsActionsLiveOnesFirst() throws Exception {
        JsonNode actions = json("/api/v1/actions").at("/actions");
        assertThat(actions.at("/0/state").textValue()).isEqualTo("waiting");
        assertThat(actions.at("/0/gate").textValue()).isEqualTo("approval");
        assertThat(actions.at("/1/state").textValue()).isEqualTo("succeeded");
        assertThat(actions.at("/1/result/summary").textValue()).isEqualTo("proved");
        assertThat(json("/api/v1/actions?limit=1").at("/actions")).hasSize(1);
    }

    @Test
    void aWishIsNoFaultButItsActionIsListedWithItsFreshestPlan() throws Exception {
        Fault wish = Published.wish(Published.fault(
                "0a1b2c3d-w3", "container.memory-share", BOX, Evidence.of("another share"), "0a1b2c3d-a3"));
        open(Published.of(List.of(wish), Map.of(), false));

        JsonNode action = json("/api/v1/actions").at("/actions/0");
        assertThat(action.at("/id").textValue()).isEqualTo("0a1b2c3d-a3");
        assertThat(action.at("/fault").textValue()).isEqualTo("0a1b2c3d-w3");
        assertThat(action.at("/plan/summary").textValue()).isEqualTo("the freshest plan");
        assertThat(json("/api/v1/faults").at("/open").intValue()).isZero();
        assertThat(json("/api/v1/faults").at("/faults")).isEmpty();
        assertThat(get("/api/v1/faults/w3").statusCode()).isEqualTo(404);
        assertThat(json("/api/v1/status").at("/openFaults").intValue()).isZero();
    }

    @Test
    void showsWhatIsWatchedAndHowTheAgentIs() throws Exception {
        assertThat(json("/api/v1/subjects/container").at("/subjects/0/name").textValue())
                .isEqualTo(NASTY);
        assertThat(json("/api/v1/tables").at("/tables/0/columns/0").textValue()).isEqualTo("image");
        JsonNode status = json("/api/v1/status");
        assertThat(status.at("/uptimeSeconds").intValue()).isEqualTo(60);
        assertThat(status.at("/modes/container.rootfs-lost").textValue()).isEqualTo("heal");
        assertThat(status.at("/pause/reason").textValue()).isEqualTo("maintenance");
        assertThat(status.at("/blindSensors/0/sensor").textValue()).isEqualTo("docker-events:x");
        assertThat(status.at("/journal/last").intValue()).isEqualTo(6);
        assertThat(get("/metrics").body()).isEqualTo("watchdog_paused 0\n");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/faults?state=all",
        "/api/v1/faults/f1",
        "/api/v1/subjects/container",
        "/api/v1/status",
        "/api/v1/faults/%3Cscript%3E%0d%0aX-Evil:%201"
    })
    void whatPeopleNamedStaysText(String path) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.body()).matches("[ -~]*").doesNotContain("<", ">", "&");
        assertThat(response.headers().firstValue("X-Evil")).isEmpty();
        assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(response.headers().map().keySet())
                .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("access-control"));
    }

    @ParameterizedTest
    @CsvSource({
        "/nothing,404",
        "/api/v1/faults/f99,404",
        "/api/v1/faults/a1,404",
        "/api/v1/subjects/guest,404",
        "/api/v1/faults?state=odd,400",
        "/api/v1/actions?limit=0,400",
        "/api/v1/actions?limit=1001,400",
        "/api/v1/events?after=x,400",
        "/api/v1/commands/f%20o,400",
        "/api/v1/commands/unheard-of,404"
    })
    void saysInOneLineWhatIsWrong(String path, int status) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = new JsonMapper().readTree(response.body());
        assertThat(problem.at("/status").intValue()).isEqualTo(status);
        assertThat(problem.at("/detail").textValue()).isNotBlank().doesNotContain("\n");
    }

    @Test
    void takesNoCommands() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/api/v1/commands"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"verb\":\"resume\"}"))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(RefusalMetersTest.refused(stage.registry)).isEqualTo(Map.of("forbidden", 1));
        assertThat(response.body()).contains("control socket");
        HttpRequest put = HttpRequest.newBuilder(uri("/api/v1/faults"))
                .method("DELETE", HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(client.send(put, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(405);
    }

    @Test
    void turnsAReboundNameAway() throws Exception {
        assertThat(Raw.ask(
                        door.port(), "GET /api/v1/status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
        assertThat(Raw.ask(
                        door.port(), "GET /api/v1/status HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(Raw.ask(door.port(), "GET /health/live HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 200");
    }

    @Test
    void keepsRequestsSmall() throws Exception {
        assertThat(Raw.ask(door.port(), "GET /" + "x".repeat(3_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .contains(" 414 ");
        assertThat(Raw.ask(
                        door.port(), "GET / HTTP/1.1\r\nHost: localhost\r\nX-Big: " + "x".repeat(9_000) + "\r\n\r\n"))
                .contains(" 431 ");
    }

    private JsonNode json(String path) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonMapper().readTree(response.body());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + door.port() + path);
    }
}
