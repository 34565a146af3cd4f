package dev.watchdog.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schemas are valid, whole, and say the same as the records. */
class SchemasTest {
    static List<Path> files() {
        return Schemas.files();
    }

    static Set<String> types() {
        return Schemas.types();
    }

    @Test
    void thereIsOneForEachTypeAndNoOther() {
        Stream<String> expected = Stream.concat(
                Schemas.types().stream().map(type -> type.replaceFirst("dev\\.watchdog\\.", "") + ".json"),
                Stream.of("envelope.v1.json", "state.envelope.v1.json", "command.envelope.v1.json", "terms.v1.json"));

        assertThat(Schemas.files())
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrderElementsOf(expected.toList());
    }

    @ParameterizedTest
    @MethodSource("files")
    void eachIsAValidSchemaNamedAfterItsFileAndDescribesEveryField(Path file) {
        JsonNode schema = Schemas.tree(file);

        assertThat(Schemas.metaErrors(schema)).isEmpty();
        assertThat(schema.path("$schema").asText()).isEqualTo("https://json-schema.org/draft/2020-12/schema");
        assertThat(schema.path("$id").asText()).isEqualTo(Schemas.BASE + file.getFileName());
        assertThat(schema.path("title").asText())
                .as("generators make the name of a class of it")
                .isEqualToIgnoringCase(
                        file.getFileName().toString().replace(".v1.json", "").replace('.', ' '))
                .matches("[A-Z][a-z]+( [a-z]+)*");
        assertThat(schema.path("description").asText()).isNotBlank();
        for (JsonNode field : schema.path("properties")) {
            assertThat(field.path("description").asText()).as("%s", field).endsWith(".");
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void unknownFieldsAreAllowedButInCommands(Path file) {
        assertThat(Schemas.tree(file).has("additionalProperties"))
                .isEqualTo(file.endsWith("command.requested.v1.json"));
    }

    @ParameterizedTest
    @MethodSource("types")
    void eachHasTheFieldsOfItsRecordAndRequiresThoseThatCannotBeNull(String type) {
        JsonNode schema = Schemas.tree(Schemas.files().stream()
                .filter(file ->
                        type.endsWith("." + file.getFileName().toString().replace(".json", "")))
                .findFirst()
                .orElseThrow());
        if (type.equals(CommandRequest.TYPE)) {
            return; // its data are a part of its record
        }
        List<RecordComponent> fields = Arrays.asList(Schemas.recordOf(type).getRecordComponents());

        assertThat(schema.path("properties").fieldNames())
                .toIterable()
                .containsExactlyElementsOf(
                        fields.stream().map(RecordComponent::getName).toList());
        assertThat(schema.path("required"))
                .extracting(JsonNode::asText)
                .containsExactlyElementsOf(fields.stream()
                        .filter(field -> !field.getAnnotatedType().isAnnotationPresent(Nullable.class))
                        .map(RecordComponent::getName)
                        .toList());
    }

    @Test
    void everySharedWordIsUsedAndEveryUsedWordIsThere() {
        Set<String> used = new TreeSet<>();
        for (Path file : Schemas.files()) {
            for (String reference : Schemas.tree(file).findValuesAsText("$ref")) {
                used.add(reference.replaceFirst("^(terms\\.v1\\.json)?#/\\$defs/", ""));
            }
        }

        assertThat(Schemas.tree(Schemas.files().stream()
                                .filter(file -> file.endsWith("terms.v1.json"))
                                .findFirst()
                                .orElseThrow())
                        .path("$defs")
                        .fieldNames())
                .toIterable()
                .containsExactlyInAnyOrderElementsOf(used);
    }

    @Test
    void theyShipInTheJar() {
        for (Path file : Schemas.files()) {
            assertThat(EventTypes.class.getResource("schema/" + file.getFileName()))
                    .isNotNull();
        }
    }
}
