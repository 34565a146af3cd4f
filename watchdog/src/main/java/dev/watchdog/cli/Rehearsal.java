package dev.watchdog.cli;

import dev.watchdog.agent.Agent;
import dev.watchdog.agent.Configuration;
import dev.watchdog.agent.Domains;
import dev.watchdog.linux.HostIdentity;
import dev.watchdog.linux.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * A short life of the agent in a directory of its own, for the class archive: {@code bin/watchdog} runs it once after a
 * build, and the JVM writes down which classes were loaded. It only observes, and sees no engine but a pretended one: the
 * host is left alone.
 */
final class Rehearsal {
    /** An agent asks an engine within a second of its start; without its answers the archive is only smaller. */
    private static final Duration ENGINE = Duration.ofSeconds(10);

    private Rehearsal() {}

    /**
     * Runs it; what goes wrong costs the archive and nothing else.
     *
     * @param arguments {@code --exec-root} of a directory that is not there, as the engine is asked by its command line
     *     where its state is; the usual one is a real engine's
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (TemporaryDirectory directory = TemporaryDirectory.make("watchdog-rehearsal-");
                RehearsalEngine engine = RehearsalEngine.listen(directory.path().resolve("docker.sock"))) {
            live(directory.path(), engine);
        }
    }

    private static void live(Path directory, RehearsalEngine engine) throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("watchdog.yaml"), "mode: heal\n");
        Map<String, String> environment = Map.of(
                "WATCHDOG_JOURNAL_DIRECTORY",
                directory.resolve("journal").toString(),
                "WATCHDOG_CONTROL_SOCKET",
                directory.resolve("control.sock").toString(),
                "WATCHDOG_HTTP_LISTEN",
                "127.0.0.1:0",
                "WATCHDOG_MODE",
                "observe",
                "WATCHDOG_DOCKER_ENGINES",
                "unix://" + directory.resolve("docker.sock"));
        Configuration configuration = Configuration.load(file, environment, Domains.ALL);
        Agent.Setup setup = new Agent.Setup(
                configuration, Domains.ALL, SystemClock.open(), HostIdentity.read(), Watchdog.version());
        Agent agent = Agent.start(setup);
        try {
            engine.awaitAsked(ENGINE);
            String socket = directory.resolve("control.sock").toString();
            for (List<String> command : List.of(
                    List.of("status"),
                    List.of("faults"),
                    List.of("actions", "--json"),
                    List.of("events"),
                    List.of("pause", "--for", "1s", "--reason", "rehearsal"),
                    List.of("resume"),
                    List.of("faults", "f0"))) {
                Global global = Watchdog.global(Domains.ALL, environment);
                List<String> words = Stream.concat(
                                command.stream(), Stream.of("--config", file.toString(), "--socket", socket))
                        .toList();
                CommandLine line = Watchdog.commandLine(global, words);
                line.setOut(new PrintWriter(Writer.nullWriter())).setErr(new PrintWriter(Writer.nullWriter()));
                line.execute(words.toArray(String[]::new));
            }
        } finally {
            agent.close();
        }
    }
}
