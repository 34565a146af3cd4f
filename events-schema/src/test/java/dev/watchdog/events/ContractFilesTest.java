package dev.watchdog.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContractFilesTest {
    private static final Path RESOURCES = Path.of("src/main/resources/dev/watchdog/events");

    @Test
    void theyAreAllThatThereIsAsItIs() {
        List<String> files = new ArrayList<>(List.of("asyncapi.yaml"));
        Schemas.files().forEach(file -> files.add("schema/" + file.getFileName()));

        assertThat(ContractFiles.names()).containsExactlyInAnyOrderElementsOf(files);
        for (String name : files) {
            assertThat(ContractFiles.read(name)).hasValue(Schemas.bytes(RESOURCES.resolve(name)));
        }
    }

    @Test
    void nothingElseIsRead() {
        for (String name : List.of("", "schema/", "../events/asyncapi.yaml", "EventTypes.class", "/asyncapi.yaml")) {
            assertThat(ContractFiles.read(name)).isEmpty();
        }
    }
}
