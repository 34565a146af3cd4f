package dev.watchdog.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The agent as users run it: {@code watchdog/bin/watchdog run}, in a process of its own, with a fresh journal. */
final class AgentProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("ready in (\\d+) ms");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Path log;
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();

    AgentProcess(Path home, Path directory, String engine) throws Exception {
        this(home, directory, engine, "1GiB");
    }

    AgentProcess(Path home, Path directory, String engine, String journalSize) throws Exception {
        this(home, directory, engine, journalSize, List.of());
    }

    /** @param further lines of the configuration */
    AgentProcess(Path home, Path directory, String engine, String journalSize, List<String> further) throws Exception {
        Files.createDirectories(directory);
        log = directory.resolve("agent.log");
        port = freePort();
        Path configuration = Files.writeString(
                directory.resolve("watchdog.yaml"),
                String.join(
                        "\n",
                        "journal: { directory: \"" + directory.resolve("journal") + "\", maxSize: " + journalSize
                                + " }",
                        "http: { listen: \"127.0.0.1:" + port + "\" }",
                        "control: { socket: \"" + directory.resolve("control/control.sock") + "\" }",
                        "docker: { engines: [\"" + engine + "\"] }",
                        String.join("\n", further),
                        ""));
        process = new ProcessBuilder(
                        home.resolve("bin/watchdog").toString(), "run", "--config", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        until(() -> READY.matcher(log()).find());
    }

    /** What the agent says of its own start, in milliseconds from exec. */
    long readyMillis() {
        Matcher ready = READY.matcher(log());
        if (!ready.find()) {
            throw new IllegalStateException("it never got ready: " + log());
        }
        return Long.parseLong(ready.group(1));
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Of 127.0.0.1, that it serves. */
    int port() {
        return port;
    }

    /** How many containers it knows in which state. */
    Map<String, Integer> states() {
        Map<String, Integer> states = new TreeMap<>();
        for (JsonNode each : get("/api/v1/subjects/container").path("subjects")) {
            states.merge(each.path("state").asText(), 1, Integer::sum);
        }
        return states;
    }

    /** How many containers it has found healthy. */
    int healthy() {
        return states().getOrDefault("healthy", 0);
    }

    /** How many faults are open. */
    int openFaults() {
        int count = 0;
        for (JsonNode each : get("/api/v1/faults").path("faults")) {
            count += each.path("state").asText().equals("open") ? 1 : 0;
        }
        return count;
    }

    void awaitNoOpenFault() {
        until(() -> openFaults() == 0);
    }

    int threads() throws IOException {
        return entries("task");
    }

    int descriptors() throws IOException {
        return entries("fd");
    }

    private int entries(String directory) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + pid(), directory))) {
            return (int) all.count();
        }
    }

    void awaitHealthy(int containers) {
        until(() -> healthy() >= containers);
    }

    /** Journalled events of one type after an id, oldest first. */
    List<JsonNode> events(String type) {
        List<JsonNode> found = new ArrayList<>();
        long after = 0;
        while (true) {
            JsonNode page = get("/api/v1/events?limit=1000&after=" + after);
            for (JsonNode each : page.path("events")) {
                if (each.path("type").asText().equals("dev.watchdog." + type + ".v1")) {
                    found.add(each);
                }
            }
            if (page.path("events").isEmpty()) {
                return found;
            }
            after = page.path("next").asLong();
        }
    }

    /** User and system time, in seconds: /proc/pid/stat fields 14 and 15, in ticks of 10 ms. */
    double cpuSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }

    /** The processor time of each of its threads so far, in ticks of 10 ms; those of one name as one. */
    Map<String, Long> threadTicks() throws IOException {
        Map<String, Long> ticks = new TreeMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid() + "/task"))) {
            for (Path thread : threads) {
                String stat = Files.readString(thread.resolve("stat"));
                int end = stat.lastIndexOf(')');
                String[] fields = stat.substring(end + 2).split(" ", -1);
                ticks.merge(
                        stat.substring(stat.indexOf('(') + 1, end),
                        Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                        Long::sum);
            }
        }
        return ticks;
    }

    double residentMebibytes() throws IOException {
        Matcher resident = RESIDENT.matcher(Files.readString(Path.of("/proc/" + pid() + "/status")));
        return resident.find() ? Long.parseLong(resident.group(1)) / 1024.0 : 0;
    }

    private JsonNode get(String path) {
        try {
            HttpResponse<byte[]> response = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .header("Accept", "application/json")
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "";
        }
    }

    private void until(BooleanSupplier done) {
        org.awaitility.Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                // whoever asks beside many others may be sent away
                .ignoreExceptionsMatching(java.io.UncheckedIOException.class::isInstance)
                .failFast("the agent ended: see " + log, () -> !process.isAlive())
                .until(done::getAsBoolean);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
