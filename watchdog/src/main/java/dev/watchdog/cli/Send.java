package dev.watchdog.cli;

import dev.watchdog.events.CommandRequest;
import dev.watchdog.events.CommandSigner;
import dev.watchdog.events.ContentMode;
import dev.watchdog.events.Message;
import dev.watchdog.events.Target;
import dev.watchdog.healing.Durations;
import dev.watchdog.kafka.KafkaSettings;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.SystemClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command for other hosts, over Kafka. */
@Command(
        name = "send",
        description = "Sends a signed command over Kafka and waits for the answer of each host it is for.",
        footer = {
            "",
            "Takes servers, topics and the like from the section 'kafka' of the configuration, unless they are given.",
            "Exit code: 0 all succeeded, 1 one failed, 2 one was rejected or expired, 3 one did not answer in time.",
            "",
            "Examples:",
            "  watchdog send report --host 4c4c4544 --key ops.pem",
            "  watchdog send heal subject=container/1f2e --expect state=faulty --host 4c4c4544 --key ops.pem",
            "  watchdog send pause for=PT30M --label rack=r7 --reason 'new switch' --key ops.pem"
        })
final class Send implements Callable<Integer> {
    private final Global global;

    @Parameters(index = "0", paramLabel = "VERB", description = "What is asked for, such as heal or report.")
    private String verb = "";

    @Parameters(index = "1..*", paramLabel = "ARG=VALUE", description = "The verb's arguments.")
    private Map<String, String> arguments = new LinkedHashMap<>();

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Whom whom = new Whom();

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Signing signing = new Signing();

    @Option(
            names = "--expect",
            paramLabel = "NAME=VALUE",
            description = "Do it only if this is so: fault=ID, state=faulty|healthy, mode=MODE. May be repeated.")
    private Map<String, String> expect = new LinkedHashMap<>();

    @Option(
            names = "--key-id",
            paramLabel = "ID",
            description = "The key's id; the file's name without .pem otherwise.")
    private @Nullable String keyId;

    @Option(
            names = "--expires",
            paramLabel = "DURATION",
            defaultValue = "5m",
            description = "Not to be begun later than this from now. Default: ${DEFAULT-VALUE}")
    private String expires = "5m";

    @Option(names = "--dry-run", description = "Only tell what would be done.")
    private boolean dryRun;

    @Option(names = "--no-wait", description = "Do not wait for an answer.")
    private boolean noWait;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            description = "How long to wait for answers; until a little after it expires otherwise.")
    private @Nullable String wait;

    @Option(names = "--id", paramLabel = "ID", description = "The command's id; a new one otherwise.")
    private @Nullable String id;

    @Option(
            names = "--source",
            paramLabel = "URI",
            description = "Who sends it, as the journal shall tell; /users/NAME otherwise.")
    private @Nullable String source;

    @Option(names = "--bootstrap-servers", paramLabel = "HOST:PORT,...", description = "Kafka's servers.")
    private @Nullable String servers;

    @Option(names = "--topic-prefix", paramLabel = "TEXT", description = "What the topics' names begin with.")
    private @Nullable String prefix;

    @Option(
            names = "--property",
            paramLabel = "NAME=VALUE",
            description = "A property of Kafka's client; never a secret. May be repeated.")
    private Map<String, String> properties = new LinkedHashMap<>();

    @Mixin
    private Reason reason = new Reason();

    Send(Global global) {
        this.global = global;
    }

    /** Which hosts it is for: one of these. */
    static final class Whom {
        @Option(
                names = "--host",
                paramLabel = "HOST",
                description = "For the host of this id, of this name, or whose id alone begins so.")
        private @Nullable String host;

        @Option(
                names = "--label",
                paramLabel = "NAME=VALUE",
                description = "For every host that has this label, and each other one that is named.")
        private @Nullable Map<String, String> labels;

        @Option(names = "--fleet", description = "For every host there is; the key must be allowed that.")
        private boolean fleet;

        /** The host is found once Kafka is reached. */
        Target target() {
            return fleet || host != null
                    ? new Target.Fleet()
                    : new Target.Labels(Objects.requireNonNullElse(labels, Map.of()));
        }
    }

    /** How it is signed. */
    static final class Signing {
        @Option(names = "--key", paramLabel = "FILE", description = "Sign with this private key.")
        private @Nullable Path key;

        @Option(names = "--unsigned", description = "Do not sign: for hosts that are configured to take that.")
        private boolean unsigned;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        HostClock clock = SystemClock.open();
        Duration life = duration("--expires", expires);
        Duration patience = wait == null ? life.plusSeconds(10) : duration("--wait", wait);
        Optional<CommandSigner> signer = signer();
        // what is wrong with it is told before Kafka is asked
        CommandRequest draft = request(clock.now().wall(), life, whom.target());
        KafkaSettings settings = settings();
        try (CommandTopics topics = CommandTopics.open(settings, global.environment())) {
            String host = whom.host == null ? "" : topics.host(whom.host, clock);
            CommandRequest request = host.isEmpty() ? draft : request(draft.time(), life, new Target.Host(host));
            Message message = signer.map(key -> key.sign(request, ContentMode.STRUCTURED))
                    .orElseGet(() -> CommandSigner.unsigned(request, ContentMode.STRUCTURED));
            Replies replies = noWait ? Replies.none() : new Replies(request.id(), topics.hosts(request.target()));
            return new Sending(global, topics, replies, noWait ? Duration.ZERO : patience).send(host, message, request);
        }
    }

    private CommandRequest request(Instant now, Duration life, Target target) {
        try {
            return new CommandRequest(
                    Objects.requireNonNullElseGet(id, () -> UUID.randomUUID().toString()),
                    Objects.requireNonNullElseGet(source, Send::user),
                    now,
                    now.plus(life),
                    verb,
                    target,
                    arguments,
                    expect,
                    reason.text(),
                    dryRun);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(Exit.USAGE, Plain.of(String.valueOf(e.getMessage())));
        }
    }

    private static String user() {
        return "/users/" + System.getProperty("user.name", "unknown").replaceAll("[^A-Za-z0-9._-]", "_");
    }

    /** Empty for a command that is not signed. */
    private Optional<CommandSigner> signer() {
        Path file = signing.key;
        if (file == null || signing.unsigned) {
            return Optional.empty();
        }
        String name = String.valueOf(file.getFileName());
        String signer = Objects.requireNonNullElseGet(
                keyId, () -> name.endsWith(".pem") ? name.substring(0, name.length() - 4) : name);
        try {
            return Optional.of(new CommandSigner(signer, dev.watchdog.events.Keys.fromPem(Files.readString(file))));
        } catch (IOException e) {
            throw new CommandFailure(Exit.USAGE, "the key " + file + " cannot be read: " + Plain.of(e.toString()));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    Exit.USAGE, "the key " + file + " cannot be used: " + Plain.of(e.getMessage() + ""));
        }
    }

    private KafkaSettings settings() {
        KafkaSettings given = global.configuration().settings().kafka();
        Map<String, String> all = new LinkedHashMap<>(given.properties());
        all.putAll(properties);
        try {
            KafkaSettings merged = new KafkaSettings(
                    Objects.requireNonNullElse(servers, given.bootstrapServers()),
                    Objects.requireNonNullElse(prefix, given.topicPrefix()),
                    given.mode(),
                    given.createTopics(),
                    given.heartbeatEvery(),
                    all,
                    given.secrets(),
                    given.commands());
            if (!merged.enabled()) {
                throw new CommandFailure(
                        Exit.USAGE, "no Kafka is configured: give --bootstrap-servers, or set kafka.bootstrapServers");
            }
            return merged;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(Exit.USAGE, "the Kafka settings cannot be used: " + Plain.of(e.getMessage() + ""));
        }
    }

    private static Duration duration(String option, String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(Exit.USAGE, option + " " + e.getMessage());
        }
    }
}
