package dev.watchdog.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.security.KnownFlaws.Flaw;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No library with a flaw that we know of ships, neither as a jar of its own nor inside another. */
class KnownFlawsIT {
    private static final Path PROGRAM = Path.of(System.getProperty("watchdog.home", ""), "target", "watchdog.jar");

    @Test
    void noneShips() throws IOException {
        KnownFlaws known = KnownFlaws.read();
        System.err.println("known-flaws.txt: " + known.flaws().size() + " flaws, last looked for on " + known.lookedAt()
                + ", " + ChronoUnit.DAYS.between(known.lookedAt(), LocalDate.now(ZoneOffset.UTC)) + " days ago");
        List<ShippedLibrary> shipped = ShippedLibrary.with(PROGRAM);
        assertThat(shipped).hasSizeGreaterThan(50);
        assertThat(shipped).extracting(ShippedLibrary::name).contains("netty-codec-http", "zstd-jni", "kafka-clients");

        List<String> told = new ArrayList<>();
        for (ShippedLibrary library : shipped) {
            for (Flaw flaw : known.flaws()) {
                if (flaw.concerns(library.group(), library.name(), library.version())) {
                    told.add(library.name() + " " + library.version() + " in lib/" + library.jar() + " has "
                            + flaw.identifier() + " (" + flaw.what() + "): set " + flaw.remedy(library.version())
                            + " or newer in pom.xml");
                }
            }
        }
        assertThat(told).isEmpty();
    }
}
