package dev.watchdog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.agent.Agent;
import dev.watchdog.kafka.CommandScene;
import dev.watchdog.testing.Broker;
import dev.watchdog.testing.SharedBroker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The README's commands over Kafka, line by line as they stand there, to a host that they fit. Only where the broker is,
 * what its topics begin with, and the key that is made differ.
 */
@ExtendWith(SharedBroker.class)
class DocumentedCommandsIT {
    private static final Path README = Path.of("../README.md");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String HOST = "4c4c4544-0038-4c10-8052-b4c04f4e4d32";
    private static final String CONTAINER = "1f2e" + "0".repeat(60);
    private static final Pattern WORD = Pattern.compile("#.*|'([^']*)'|([^\\s']+)");

    @TempDir
    Path directory;

    private final Map<String, String> environment = new HashMap<>();

    record Ran(int code, String out, String err) {}

    @Test
    void eachLineDoesWhatItSays(Broker broker) throws IOException {
        String section = section("### Over Kafka");
        List<List<String>> lines = block(section, "sh")
                .lines()
                .map(DocumentedCommandsIT::words)
                .filter(words -> !words.isEmpty())
                .toList();
        assertThat(lines)
                .extracting(words -> words.get(0))
                .containsExactly("watchdog", "export", "watchdog", "watchdog");
        BrokenContainer container = new BrokenContainer(CONTAINER);
        try (CommandScene scene = new CommandScene(directory, broker.bootstrapServers(), broker.topics())) {
            environment.put("WATCHDOG_KAFKA_TOPIC_PREFIX", scene.prefix());
            environment.put(
                    "WATCHDOG_KAFKA_COMMANDS_KEY_RING",
                    directory.resolve("keys.yaml").toString());
            Files.createDirectory(directory.resolve("mine"));
            Ran made = run(container, lines.get(0));
            assertThat(made.code()).as(made.toString()).isZero();
            ring(block(section, "yaml"), made.out());
            String[] export = lines.get(1).get(1).split("=", 2);
            assertThat(export[1]).isEqualTo("broker1:9092");
            environment.put(export[0], broker.bootstrapServers());

            Map<String, String> host = Map.of(
                    "WATCHDOG_MODE", "propose",
                    "WATCHDOG_HOST_LABELS", "rack=r7",
                    "WATCHDOG_KAFKA_HEARTBEAT_EVERY", "1s");
            try (Agent agent = Agent.start(scene.setup(HOST, host, container))) {
                assertThat(agent).isNotNull();
                List<String> report =
                        List.of("watchdog", "send", "report", "--host", "4c4c4544", "--key", "ops.pem", "--wait", "5s");
                await().atMost(PATIENCE)
                        .until(() -> run(container, report).out().contains("container.rootfs-lost"));
                for (List<String> line : lines.subList(2, lines.size())) {
                    Ran ran = run(container, line);
                    assertThat(ran.code()).as(line + " " + ran).isZero();
                }
                assertThat(container.healed()).isTrue();
            }
        }
    }

    /** The README's key ring with the key that was just made in it, which is the entry that was printed. */
    private void ring(String yaml, String entry) throws IOException {
        String key = entry.lines()
                .filter(line -> line.contains("publicKey:"))
                .findFirst()
                .orElseThrow();
        Path fresh = Files.writeString(
                directory.resolve("keys.fresh"),
                yaml.replaceFirst(" *publicKey: \\S+", key).replaceFirst("(?m)^ *notAfter:.*$", ""));
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(fresh, directory.resolve("keys.yaml"), StandardCopyOption.REPLACE_EXISTING);
        for (String line : entry.lines().toList()) {
            assertThat(yaml.replaceAll("[\" ]", ""))
                    .contains(line.contains("publicKey:") ? "publicKey:" : line.replaceAll("[\" ]", ""));
        }
    }

    private Ran run(BrokenContainer container, List<String> words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Watchdog.commandLine(Watchdog.global(List.of(container), environment));
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        List<String> arguments = new ArrayList<>(words.subList(1, words.size()));
        arguments.replaceAll(word -> word.equals("ops.pem") ? key() : word); // a test has no directory of its own
        if (arguments.get(0).equals("keys")) {
            arguments.addAll(List.of("--out", key()));
        }
        return new Ran(line.execute(arguments.toArray(String[]::new)), out.toString(), err.toString());
    }

    private String key() {
        return directory.resolve("mine").resolve("ops.pem").toString();
    }

    private static List<String> words(String line) {
        return WORD.matcher(line)
                .results()
                .filter(word -> !word.group().startsWith("#"))
                .map(DocumentedCommandsIT::text)
                .toList();
    }

    private static String text(MatchResult word) {
        return word.group(1) == null ? word.group() : word.group(1);
    }

    private static String section(String heading) throws IOException {
        String readme = Files.readString(README);
        return readme.substring(readme.indexOf("\n" + heading + "\n"));
    }

    private static String block(String section, String language) {
        int start = section.indexOf("```" + language + "\n") + language.length() + 4;
        return section.substring(start, section.indexOf("```\n", start));
    }
}
