package dev.watchdog.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.watchdog.agent.Configuration;
import dev.watchdog.agent.Logging;
import dev.watchdog.healing.Domain;
import dev.watchdog.linux.SystemClock;
import dev.watchdog.linux.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What every command understands, and what every command needs. */
final class Global {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> FORMS = Set.of("wide", "json", "name");

    private final List<Domain> domains;
    private final Map<String, String> environment;
    private PrintWriter out = new PrintWriter(java.io.Writer.nullWriter());
    private PrintWriter err = new PrintWriter(java.io.Writer.nullWriter());

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The configuration file; /etc/watchdog/watchdog.yaml if it is there.")
    private @Nullable Path config;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            scope = ScopeType.INHERIT,
            description = "The agent's control socket, if not that of the configuration.")
    private @Nullable Path socket;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Write JSON for programs; the same as -o json.")
    private boolean json;

    private String output = "";

    Global(List<Domain> domains, Map<String, String> environment) {
        this.domains = domains;
        this.environment = environment;
    }

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            scope = ScopeType.INHERIT,
            description = "error, warn, info, debug or trace; also WATCHDOG_LOG_LEVEL.")
    void logLevel(String level) {
        if (!Logging.LEVELS.contains(level)) {
            throw new CommandFailure(Exit.USAGE, "--log-level must be error, warn, info, debug or trace");
        }
        System.setProperty(Logging.LEVEL_PROPERTY, level);
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            scope = ScopeType.INHERIT,
            description = "wide: every column, nothing cut; json; name: only what other commands take.")
    void output(String form) {
        if (!FORMS.contains(form)) {
            throw new CommandFailure(Exit.USAGE, "-o must be wide, json or name");
        }
        output = form;
    }

    void writeTo(PrintWriter newOut, PrintWriter newErr) {
        out = newOut;
        err = newErr;
    }

    List<Domain> domains() {
        return domains;
    }

    Map<String, String> environment() {
        return environment;
    }

    PrintWriter out() {
        return out;
    }

    PrintWriter err() {
        return err;
    }

    boolean json() {
        return json || output.equals("json");
    }

    /** Only names are wanted. */
    boolean names() {
        return output.equals("name");
    }

    /** How tables are written: coloured where there is a terminal and nobody said no (no-color.org). */
    Style style() {
        boolean colour = environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb")
                && Terminal.now().isPresent();
        return new Style(width(), output.equals("wide"), colour);
    }

    /** What time it is, for ages. */
    Instant now() {
        try {
            return SystemClock.open().now().wall();
        } catch (IOException e) {
            throw new CommandFailure(Exit.CANNOT_START, "the kernel's clock cannot be read: " + e.getMessage());
        }
    }

    /** Nothing of a command that does its work in this process goes to the log unless somebody asks, or it is a warning. */
    void quiet() {
        if (System.getProperty(Logging.LEVEL_PROPERTY) == null) {
            System.setProperty(Logging.LEVEL_PROPERTY, "warn");
        }
    }

    /** Tells something beside the answer, on the other stream. */
    void note(String line) {
        err.println("watchdog: " + Plain.of(line));
        err.flush();
    }

    /** Of the terminal; 0 when nobody knows: then nothing is cut. */
    int width() {
        String columns = environment.getOrDefault("COLUMNS", "");
        return columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : 0;
    }

    Configuration configuration() {
        return Configuration.load(config, environment, domains);
    }

    ControlClient client() {
        Path path =
                socket != null ? socket : configuration().settings().control().socket();
        return new ControlClient(path, environment.getOrDefault("SUDO_USER", ""));
    }

    /** Reads from the agent; what the agent refuses becomes one line. */
    JsonNode get(String path) {
        return read(client().get(path));
    }

    static JsonNode read(ControlClient.Answer answer) {
        JsonNode body = parse(answer.body());
        if (answer.status() >= 400) {
            String detail = body.path("detail").asText("the agent answered with status " + answer.status());
            throw new CommandFailure(Exit.FAULTS, Plain.of(detail));
        }
        return body;
    }

    static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new CommandFailure(Exit.UNREACHABLE, "the agent's answer cannot be read: is it another program?");
        }
    }

    static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("this cannot be JSON", e);
        }
    }

    void print(Object value) {
        out.println(write(value));
        out.flush();
    }
}
