package dev.watchdog.cli;

import dev.watchdog.kafka.Ed25519Key;
import dev.watchdog.kafka.KeyEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A new key for somebody who commands. */
@Command(
        name = "generate",
        description = "Makes a key pair: the private key as a file, the public key as an entry of the hosts' key ring.",
        footer = {
            "",
            "The file is for who signs and for nobody else; the entry is to be added to 'keys:' in the key ring",
            "(/etc/watchdog/keys.yaml) of each host that is to obey, which reads it within 5 s.",
            "",
            "Example: watchdog keys generate ops --verb heal --verb probe --subject 'container/*'"
        })
final class KeysGenerate implements Callable<Integer> {
    private final Global global;

    @Parameters(paramLabel = "ID", description = "Names the key in rings, signatures and the journal.")
    private String id = "";

    @Option(names = "--out", paramLabel = "FILE", description = "Where the private key goes; ID.pem when not given.")
    private @Nullable Path out;

    @Option(
            names = "--verb",
            paramLabel = "VERB",
            defaultValue = "report",
            description = "What it may ask for; '*' is everything. May be repeated. Default: ${DEFAULT-VALUE}")
    private List<String> verbs = List.of();

    @Option(
            names = "--subject",
            paramLabel = "SUBJECT",
            defaultValue = "*",
            description = "Of what: 'container/*', 'guest/UUID', host. May be repeated. Default: ${DEFAULT-VALUE}")
    private List<String> subjects = List.of();

    @Option(names = "--fleet", description = "It may address every host at once.")
    private boolean fleet;

    KeysGenerate(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        KeyPair pair = dev.watchdog.events.Keys.generate();
        check(pair);
        String publicKey = dev.watchdog.events.Keys.toText(pair.getPublic());
        Path file = Objects.requireNonNullElse(out, Path.of(id + ".pem"));
        write(file, dev.watchdog.events.Keys.toPem(pair.getPrivate()));
        if (global.json()) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("id", id);
            told.put("privateKey", file.toString());
            told.put("publicKey", publicKey);
            told.put("verbs", verbs);
            told.put("subjects", subjects);
            told.put("fleet", fleet);
            global.print(told);
        } else {
            global.err().println("the private key is in " + file + ": keep it; this belongs into the hosts' key ring:");
            global.err().flush();
            global.out().println("  - id: " + id);
            global.out().println("    publicKey: " + publicKey);
            global.out().println("    verbs: " + list(verbs));
            global.out().println("    subjects: " + list(subjects));
            if (fleet) {
                global.out().println("    fleet: true");
            }
            global.out().flush();
        }
        return Exit.OK;
    }

    /** What the hosts would not take is not printed. */
    private void check(KeyPair pair) {
        try {
            var ignored = new KeyEntry(
                    id, new Ed25519Key(pair.getPublic()), verbs, subjects, Optional.of(fleet), Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(Exit.USAGE, "id, verbs and subjects " + e.getMessage());
        }
    }

    private static String list(List<String> words) {
        return words.stream().map(word -> '"' + word + '"').collect(Collectors.joining(", ", "[", "]"));
    }

    /** Never over another file: a key that is lost cannot be made again. */
    private static void write(Path file, String text) throws IOException {
        try (var channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure(
                    Exit.FAULTS, file + " is there already and is not overwritten: name another with --out");
        } catch (IOException e) {
            throw new CommandFailure(Exit.FAULTS, file + " cannot be written: " + e.getMessage());
        }
    }
}
