package dev.watchdog.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/security.md} says what the code does: its table of bounds is the constants', its tests are there. */
class SecurityDocumentTest {
    private static final Path ROOT = Path.of("..");
    private static final Path DOCUMENT = ROOT.resolve("docs/security.md");
    private static final String BEGIN = "<!-- bounds: made by SecurityDocumentTest -->\n";
    private static final String END = "<!-- bounds: end -->\n";
    private static final Pattern TEST = Pattern.compile("\\b[A-Z]\\w+(?:Test|IT)\\b");

    @Test
    void itsBoundsAreTheConstants() throws IOException {
        String text = Files.readString(DOCUMENT);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        assertThat(end).as("the marks in " + DOCUMENT).isGreaterThanOrEqualTo(begin);
        String right = BoundsTable.markdown();
        if (Boolean.getBoolean("watchdog.write")) {
            Files.writeString(DOCUMENT, text.substring(0, begin) + right + text.substring(end));
        } else {
            assertThat(text.substring(begin, end))
                    .as("a bound has changed: watchdog/bin/verify --only SecurityDocumentTest with"
                            + " MAVEN_ARGS=-Dwatchdog.write=true writes the table anew")
                    .isEqualTo(right);
        }
    }

    @Test
    void theTestsThatItNamesAreThere() throws IOException {
        TreeSet<String> named = new TreeSet<>();
        TEST.matcher(Files.readString(DOCUMENT)).results().forEach(found -> named.add(found.group()));
        assertThat(named).hasSizeGreaterThan(10);
        named.removeAll(sources());
        assertThat(named).as("named in " + DOCUMENT + " and not there").isEmpty();
    }

    private static List<String> sources() throws IOException {
        List<String> names = new ArrayList<>();
        for (String module : List.of("watchdog", "events-schema")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                files.map(file -> file.getFileName().toString().replace(".java", ""))
                        .forEach(names::add);
            }
        }
        return names;
    }

    @Test
    void aRowHasTheValueOfItsConstantInItsUnit() {
        assertThat(BoundsTable.markdown("""
                        # not this
                        = Files
                        a file | agent.YamlFile.MOST_BYTES | bytes | refused
                        nesting | agent.YamlFile.DEEPEST | levels | refused
                        a call | healing.Orders.PATIENCE | time | fails
                        a pause | healing.Commands.LONGEST_PAUSE | time | rejected
                        a path | agent.Settings$Control.LONGEST | bytes | refused
                        """)).isEqualTo("""
                        | what is bounded | by | at the bound | constant |
                        |---|---|---|---|
                        | **Files** | | | |
                        | a file | 256 KiB | refused | `agent.YamlFile.MOST_BYTES` |
                        | nesting | 10 levels | refused | `agent.YamlFile.DEEPEST` |
                        | a call | 10s | fails | `healing.Orders.PATIENCE` |
                        | a pause | 7 days | rejected | `healing.Commands.LONGEST_PAUSE` |
                        | a path | 107 bytes | refused | `agent.Settings.Control.LONGEST` |
                        """);
    }

    @Test
    void aConstantThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> BoundsTable.markdown("x | agent.YamlFile.NOT_THERE | bytes | y"))
                .hasMessageContaining("no constant agent.YamlFile.NOT_THERE");
        assertThatThrownBy(() -> BoundsTable.markdown("x | agent.YamlFile.DEEPEST | levels"))
                .hasMessageContaining("not four fields");
    }
}
