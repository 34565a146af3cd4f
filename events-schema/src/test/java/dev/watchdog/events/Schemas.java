package dev.watchdog.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The published schemas and the examples, read as an outsider would: with a mapper and a validator not ours. */
final class Schemas {
    static final String BASE = "https://watchdog.dev/schemas/";
    static final ObjectMapper PLAIN = new ObjectMapper();
    private static final Path SCHEMAS = Path.of("src/main/resources/dev/watchdog/events/schema");
    private static final Path EXAMPLES = Path.of("src/test/resources/examples");
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(id -> id.startsWith(BASE) ? text(id.substring(BASE.length())) : null));

    private Schemas() {}

    /** The CloudEvents types of all that is sent or read. */
    static Set<String> types() {
        Set<String> types = new TreeSet<>(EventTypes.names());
        types.addAll(StateFormat.types());
        types.add(CommandRequest.TYPE);
        return types;
    }

    /** The record of the data of a type. */
    static Class<?> recordOf(String type) {
        return switch (type) {
            case CommandRequest.TYPE -> CommandRequest.class;
            case StateFormat.HOST -> HostState.class;
            case StateFormat.SUBJECT -> SubjectState.class;
            default -> Objects.requireNonNull(EventTypes.classOf(type));
        };
    }

    static List<Path> files() {
        return list(SCHEMAS);
    }

    static List<Path> exampleDirectories() {
        return list(EXAMPLES);
    }

    /** Of all types, or those whose file name begins so. */
    static List<Path> examples(String beginning) {
        return exampleDirectories().stream()
                .flatMap(directory -> list(directory).stream())
                .filter(file -> file.getFileName().toString().startsWith(beginning))
                .toList();
    }

    static List<Path> list(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode tree(byte[] json) {
        try {
            return PLAIN.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode tree(Path file) {
        return tree(bytes(file));
    }

    static Set<String> metaErrors(JsonNode schema) {
        return places("", SpecificationVersion.DRAFT_2020_12.getDialectId(), schema);
    }

    /** The places where an event is wrong, by the envelope's schema and by the one that its type names. */
    static Set<String> errors(JsonNode event) {
        String data = event.path("type").asText().replaceFirst("^dev\\.watchdog\\.", "") + ".json";
        Set<String> places =
                new TreeSet<>(places("", BASE + envelope(event.path("type").asText()), event));
        places.addAll(places("/data", BASE + data, event.path("data")));
        // of the ways in which something may be valid each has an error: the one that came furthest counts
        places.removeIf(place -> places.stream().anyMatch(other -> other.startsWith(place.trim() + "/")));
        return places;
    }

    /** The file of the schema of the envelope of a type. */
    static String envelope(String type) {
        if (type.equals(CommandRequest.TYPE)) {
            return "command.envelope.v1.json";
        }
        return StateFormat.types().contains(type) ? "state.envelope.v1.json" : "envelope.v1.json";
    }

    private static Set<String> places(String root, String schema, JsonNode node) {
        return REGISTRY
                .getSchema(SchemaLocation.of(schema))
                .validate(node, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
                .stream()
                .map(error -> root + error.getInstanceLocation() + " " + Objects.toString(error.getProperty(), ""))
                .collect(Collectors.toSet());
    }

    private static String text(String file) {
        return new String(bytes(SCHEMAS.resolve(file)), StandardCharsets.UTF_8);
    }
}
