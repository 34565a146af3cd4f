package dev.watchdog.cli;

import dev.watchdog.agent.KeyRingFile;
import dev.watchdog.kafka.KeyEntry;
import dev.watchdog.kafka.KeyRing;
import dev.watchdog.kafka.KeySource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The key ring of this host. */
@Command(
        name = "list",
        description = "Shows who may command this host over Kafka, and what.",
        footer = {"", "Example: watchdog keys list --key-ring ./keys.yaml"})
final class KeysList implements Callable<Integer> {
    private final Global global;

    @Option(
            names = "--key-ring",
            paramLabel = "FILE",
            description = "Another ring than that of the configuration (kafka.commands.keyRing).")
    private @Nullable Path keyRing;

    KeysList(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() {
        Path file = Objects.requireNonNullElseGet(
                keyRing,
                () -> global.configuration().settings().kafka().commands().keyRing());
        KeyRing ring = read(file);
        if (global.json()) {
            global.print(Map.of(
                    "keyRing",
                    file.toString(),
                    "keys",
                    ring.keys().stream().map(KeysList::json).toList()));
        } else if (ring.keys().isEmpty()) {
            global.out()
                    .println(
                            Files.exists(file)
                                    ? "nobody may command: " + file + " holds no keys"
                                    : "nobody may command: there is no " + file
                                            + "; 'watchdog keys generate' makes keys");
        } else {
            Table table = Table.of(
                    Column.key("key"),
                    Column.word("verbs"),
                    Column.word("subjects"),
                    Column.word("fleet"),
                    Column.word("until"),
                    Column.word("public key"));
            ring.keys()
                    .forEach(entry -> table.row(List.of(
                            entry.id(),
                            String.join(" ", entry.verbs()),
                            String.join(" ", entry.subjects()),
                            entry.allowsFleet() ? "yes" : "no",
                            entry.notAfter().map(String::valueOf).orElse(""),
                            entry.publicKey().toString())));
            table.print(global.out(), global.style());
        }
        global.out().flush();
        return Exit.OK;
    }

    private static KeyRing read(Path file) {
        try {
            return new KeyRingFile(file).read();
        } catch (KeySource.Unreadable e) {
            throw new CommandFailure(Exit.FAULTS, Plain.of(String.valueOf(e.getMessage())));
        }
    }

    private static Map<String, Object> json(KeyEntry entry) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", entry.id());
        fields.put("publicKey", entry.publicKey().toString());
        fields.put("verbs", entry.verbs());
        fields.put("subjects", entry.subjects());
        fields.put("fleet", entry.allowsFleet());
        entry.notAfter().ifPresent(time -> fields.put("notAfter", time.toString()));
        return fields;
    }
}
