package dev.watchdog.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples hold the schemas and the records to each other. */
class ExamplesTest {
    static List<Path> valid() {
        return Schemas.examples("valid-");
    }

    static List<Path> validEvents() {
        return events("valid-");
    }

    static List<Path> invalidEvents() {
        return events("invalid-");
    }

    static List<Path> validStates() {
        return Schemas.examples("valid-").stream()
                .filter(file -> StateFormat.types().contains(type(file)))
                .toList();
    }

    static List<Path> invalid() {
        return Schemas.examples("invalid-");
    }

    @Test
    void everyTypeHasBothKindsAndNoneIsOrphaned() {
        assertThat(Schemas.exampleDirectories())
                .extracting(directory -> "dev.watchdog." + directory.getFileName())
                .containsExactlyInAnyOrderElementsOf(Schemas.types());
        for (Path directory : Schemas.exampleDirectories()) {
            List<String> names = Schemas.list(directory).stream()
                    .map(file -> file.getFileName().toString())
                    .toList();
            assertThat(names).allMatch(name -> name.matches("(in)?valid-[a-z0-9.-]+\\.json"));
            assertThat(names).filteredOn(name -> name.startsWith("valid-")).hasSizeGreaterThanOrEqualTo(2);
            assertThat(names).filteredOn(name -> name.startsWith("invalid-")).hasSizeGreaterThanOrEqualTo(3);
        }
    }

    @ParameterizedTest
    @MethodSource("valid")
    void aValidOneValidatesAndNamesItsOwnTypeAndSchema(Path file) {
        JsonNode json = Schemas.tree(file);
        String name = Objects.requireNonNull(file.getParent()).getFileName().toString();

        assertThat(Schemas.errors(json)).isEmpty();
        assertThat(json.path("type").asText()).isEqualTo("dev.watchdog." + name);
        assertThat(json.path("dataschema").asText()).isEqualTo(Schemas.BASE + name + ".json");
    }

    @ParameterizedTest
    @MethodSource("validEvents")
    void aValidOneGoesThroughTheRecordsWithoutLossAndIsWrittenValid(Path file) {
        Event event = read(Schemas.bytes(file));
        EventNames names = EventNames.of(CloudEventsFormat.cloudFromJson(Schemas.bytes(file)));
        JsonNode written = Schemas.tree(CloudEventsFormat.toJson(CloudEventsFormat.toCloudEvent(event, names)));

        assertThat(written).isEqualTo(Schemas.tree(file));
        assertThat(Schemas.errors(written)).isEmpty();
        assertThat(read(CloudEventsFormat.toJson(event))).isEqualTo(event);
        assertThat(EventJson.dataFromJson(EventTypes.nameOf(event.data()), EventJson.dataToJson(event.data())))
                .isEqualTo(event.data());
    }

    @ParameterizedTest
    @MethodSource("validStates")
    void aValidStateGoesThroughTheRecordsWithoutLossAndIsWrittenValid(Path file) throws IOException {
        StateReport report = Objects.requireNonNull(StateFormat.fromJson(Schemas.bytes(file)));
        EventNames names = EventNames.of(CloudEventsFormat.cloudFromJson(Schemas.bytes(file)));
        JsonNode written = Schemas.tree(CloudEventsFormat.toJson(StateFormat.toCloudEvent(report, names)));
        ObjectNode later = (ObjectNode) Schemas.tree(file);
        later.put("addedlater", "x");
        ((ObjectNode) later.path("data")).put("later", 1).putObject("andMore").putNull("of");

        assertThat(written).isEqualTo(Schemas.tree(file));
        assertThat(Schemas.errors(later)).isEmpty();
        assertThat(StateFormat.fromJson(Schemas.PLAIN.writeValueAsBytes(later))).isEqualTo(report);
    }

    @ParameterizedTest
    @MethodSource("validEvents")
    void whatALaterVersionAddsIsValidAndIgnored(Path file) throws IOException {
        ObjectNode json = (ObjectNode) Schemas.tree(file);
        json.put("addedlater", "x").put("alsolater", 7);
        ((ObjectNode) json.path("data")).put("later", 1).putObject("andMore").putNull("of");
        // evidence may hold any fact, so nothing is added inside it

        assertThat(Schemas.errors(json)).isEmpty();
        assertThat(read(Schemas.PLAIN.writeValueAsBytes(json))).isEqualTo(read(Schemas.bytes(file)));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void anInvalidOneIsRejectedForOneReason(Path file) {
        assertThat(Schemas.errors(Schemas.tree(file))).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("invalidEvents")
    void anInvalidOneNeverMakesTheReaderFailInAnyOtherWay(Path file) {
        try {
            CloudEventsFormat.fromJson(Schemas.bytes(file));
            StateFormat.fromJson(Schemas.bytes(file));
        } catch (EventFormatException e) {
            assertThat(e.getMessage()).startsWith("cannot read").doesNotContainPattern("\\p{Cntrl}");
        }
    }

    private static List<Path> events(String beginning) {
        return Schemas.examples(beginning).stream()
                .filter(file -> !type(file).equals(CommandRequest.TYPE)
                        && (beginning.startsWith("in") || EventTypes.names().contains(type(file))))
                .toList();
    }

    private static String type(Path file) {
        return "dev.watchdog." + Objects.requireNonNull(file.getParent()).getFileName();
    }

    private static Event read(byte[] json) {
        return Objects.requireNonNull(CloudEventsFormat.fromJson(json));
    }
}
