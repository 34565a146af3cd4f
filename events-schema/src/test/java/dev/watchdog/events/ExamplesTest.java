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

    static List<Path> invalid() {
        return Schemas.examples("invalid-");
    }

    @Test
    void everyTypeHasBothKindsAndNoneIsOrphaned() {
        assertThat(Schemas.exampleDirectories())
                .extracting(directory -> "dev.watchdog." + directory.getFileName())
                .containsExactlyInAnyOrderElementsOf(EventTypes.names());
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
    @MethodSource("valid")
    void aValidOneGoesThroughTheRecordsWithoutLossAndIsWrittenValid(Path file) {
        Event event = read(Schemas.bytes(file));
        JsonNode written = Schemas.tree(CloudEventsFormat.toJson(event));

        assertThat(written).isEqualTo(Schemas.tree(file));
        assertThat(Schemas.errors(written)).isEmpty();
        assertThat(read(CloudEventsFormat.toJson(event))).isEqualTo(event);
        assertThat(EventJson.dataFromJson(EventTypes.nameOf(event.data()), EventJson.dataToJson(event.data())))
                .isEqualTo(event.data());
    }

    @ParameterizedTest
    @MethodSource("valid")
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
    @MethodSource("invalid")
    void anInvalidOneNeverMakesTheReaderFailInAnyOtherWay(Path file) {
        try {
            CloudEventsFormat.fromJson(Schemas.bytes(file));
        } catch (EventFormatException e) {
            assertThat(e.getMessage()).startsWith("cannot read").doesNotContainPattern("\\p{Cntrl}");
        }
    }

    private static Event read(byte[] json) {
        return Objects.requireNonNull(CloudEventsFormat.fromJson(json));
    }
}
