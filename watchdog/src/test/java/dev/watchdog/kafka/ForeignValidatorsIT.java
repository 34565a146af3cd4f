package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.EventTypes;
import dev.watchdog.testing.ForeignTools;
import dev.watchdog.testing.NeedsForeign;
import dev.watchdog.testing.Programs;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The schemas, their examples and the AsyncAPI document as the tools of others take them. */
@NeedsForeign
class ForeignValidatorsIT {
    private static final Path CONTRACT =
            Path.of("../events-schema/src").toAbsolutePath().normalize();
    private static final String DOCUMENTS =
            CONTRACT.resolve("main/resources/dev/watchdog/events").toString();
    private static final String EXAMPLES =
            CONTRACT.resolve("test/resources/examples").toString();

    @Test
    void ajvTakesEverySchemaInItsStrictModeAndTellsTheExamplesApart() {
        assertTaken(ForeignTools.node("schemas.mjs", DOCUMENTS + "/schema", EXAMPLES));
    }

    @Test
    void pythonCompilesEveryPatternAndTellsTheExamplesApart() {
        assertTaken(ForeignTools.python("schemas.py", DOCUMENTS + "/schema", EXAMPLES));
    }

    @Test
    void theParserOfAsyncApiFindsEveryMessage() {
        Programs.Ran ran = ForeignTools.node("asyncapi.mjs", DOCUMENTS + "/asyncapi.yaml");
        int messages = EventTypes.names().size() + 3; // and a command, a host and a subject
        assertThat(ran.text()).as(ran.err()).isEqualTo("7 channels, " + messages + " messages");
    }

    private static void assertTaken(Programs.Ran ran) {
        assertThat(ran.text()).as(ran.err()).matches("2[0-9] schemas, [12][0-9][0-9] examples");
        assertThat(ran.exit()).isZero();
    }
}
