package dev.watchdog.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The licences of what is shipped are told, and go with it. */
class ThirdPartyIT {
    private static final Path ROOT = Path.of("..");
    private static final Path BUILT = Path.of("target");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| ([a-z0-9_-]+) \\| [a-z0-9.-]+ \\| [A-Z][A-Za-z0-9.-]+ \\|");

    @Test
    void eachJarThatIsShippedHasItsLicenceListed() throws IOException {
        Set<String> listed = ROW.matcher(Files.readString(ROOT.resolve("THIRD-PARTY.md")))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        try (Stream<Path> jars = Files.list(BUILT.resolve("lib"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString())
                            .filter(jar -> jar.endsWith(".jar") && !jar.startsWith("events-schema-"))
                            .map(jar -> jar.replaceFirst("-[0-9][^/]*\\.jar$", ""))
                            .distinct()) // older versions of an earlier build may lie beside them
                    .containsExactlyInAnyOrderElementsOf(listed);
        }
    }

    @Test
    void theLicenceAndTheNoticesAreInTheJar() throws IOException {
        try (JarFile jar = new JarFile(BUILT.resolve("watchdog.jar").toFile())) {
            for (String file : List.of("LICENSE", "NOTICE", "THIRD-PARTY.md")) {
                assertThat(jar.getInputStream(jar.getEntry("META-INF/" + file)))
                        .as(file)
                        .hasBinaryContent(Files.readAllBytes(ROOT.resolve(file)));
            }
        }
    }
}
