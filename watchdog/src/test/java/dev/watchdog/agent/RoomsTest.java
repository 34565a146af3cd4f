package dev.watchdog.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;

/** The rooms of DESIGN.md: an arrow may only point down the list, and never sideways in a row. */
class RoomsTest {
    private static final String[][] ROWS = {
        {"cli"},
        {"agent"},
        {"containers", "guests"},
        {"web", "kafka", "metrics"},
        {"healing"},
        {"journal"},
        {"docker", "containerd", "libvirt", "linux"},
    };

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.watchdog");

    @Test
    void anArrowOnlyPointsDown() {
        for (int row = 0; row < ROWS.length; row++) {
            for (int above = 0; above < row; above++) {
                noClasses()
                        .that()
                        .resideInAnyPackage(packages(ROWS[row]))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(packages(ROWS[above]))
                        .allowEmptyShould(true)
                        .check(OURS);
            }
        }
    }

    @Test
    void faultDomainsNeverSeeEachOtherNorDoReaders() {
        sideways("containers", "guests");
        sideways("web", "kafka", "metrics");
    }

    /** The clock and the host's abilities of {@code linux} are everybody's; Docker, containerd and libvirt never meet. */
    @Test
    void theOutsideWorldIsInPiecesThatDoNotMeet() {
        sideways("docker", "containerd", "libvirt");
    }

    @Test
    void onlyTheAgentsListKnowsAFaultDomain() {
        for (String domain : ROWS[2]) {
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.watchdog." + domain + "..")
                    .and()
                    .doNotHaveFullyQualifiedName(Domains.class.getName())
                    .and()
                    .haveNameNotMatching("dev\\.watchdog\\.cli\\.(Demo|SimulateMemory).*")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.watchdog." + domain + "..")
                    .check(OURS);
        }
    }

    @Test
    void onlyTheCommandLineWritesToTheTerminal() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.watchdog.cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace", PrintStream.class)
                .check(OURS);
    }

    @Test
    void onlyTheClockAsksForTheTime() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.watchdog.linux.SystemClock")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(ZonedDateTime.class, "now")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .check(OURS);
    }

    @Test
    void noPackageDependsOnItselfThroughOthers() {
        slices().matching("dev.watchdog.(*)..").should().beFreeOfCycles().check(OURS);
    }

    @Test
    void onlyTheAgentEndsTheProcess() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.watchdog.cli..")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(OURS);
    }

    @Test
    void everyClassHasARoom() {
        String[] rooms = new String[] {
            "dev.watchdog.events..",
            "dev.watchdog.cli..",
            "dev.watchdog.agent..",
            "dev.watchdog.containers..",
            "dev.watchdog.guests..",
            "dev.watchdog.web..",
            "dev.watchdog.kafka..",
            "dev.watchdog.metrics..",
            "dev.watchdog.healing..",
            "dev.watchdog.journal..",
            "dev.watchdog.docker..",
            "dev.watchdog.containerd..",
            "dev.watchdog.libvirt..",
            "dev.watchdog.linux..",
        };
        classes().should().resideInAnyPackage(rooms).check(OURS);
    }

    private static void sideways(String... row) {
        for (String one : row) {
            for (String other : row) {
                if (!one.equals(other)) {
                    noClasses()
                            .that()
                            .resideInAPackage("dev.watchdog." + one + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage("dev.watchdog." + other + "..")
                            .allowEmptyShould(true)
                            .check(OURS);
                }
            }
        }
    }

    private static String[] packages(String[] rooms) {
        String[] packages = new String[rooms.length];
        for (int i = 0; i < rooms.length; i++) {
            packages[i] = "dev.watchdog." + rooms[i] + "..";
        }
        return packages;
    }
}
