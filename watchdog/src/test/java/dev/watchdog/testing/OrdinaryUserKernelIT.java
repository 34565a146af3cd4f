package dev.watchdog.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.Programs.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is not root runs what he can: what needs root is skipped before its set-up, and nothing of it fails. */
@NeedsRoot
class OrdinaryUserKernelIT {
    private static final Pattern SUMMARY =
            Pattern.compile("(\\d+) classes, (\\d+) skipped, (\\d+) tests begun, (\\d+) failed");

    private Path copies;

    @BeforeEach
    void make() throws Exception {
        copies = Files.createTempDirectory(Path.of("/tmp"), "wd-user-");
        Files.setAttribute(copies, "unix:mode", 0755);
    }

    @AfterEach
    void delete() throws Exception {
        Trees.delete(copies);
    }

    @Test
    void everyClassThatNeedsRootIsSkippedBeforeItsSetUp() throws Exception {
        List<String> path = new ArrayList<>();
        String tests = "";
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String each : all.split(":", -1)) {
            // nobody sees root's home
            String copy = copies + "/" + path.size() + "-" + Path.of(each).getFileName();
            if (!each.isEmpty() && Files.exists(Path.of(each))) {
                Programs.run("cp", "-r", each, copy).orFail();
                path.add(copy);
                tests = each.endsWith("/watchdog/target/test-classes") ? copy : tests;
            }
        }
        Programs.run("chmod", "-R", "a+rX", copies.toString()).orFail();
        Ran ran = Programs.run(
                        "setpriv",
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        "--inh-caps=-all",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        String.join(":", path),
                        NeedyTests.class.getName(),
                        tests)
                .orFail();
        Matcher summary = SUMMARY.matcher(ran.out());
        assertThat(summary.find()).as(ran.out()).isTrue();
        assertThat(Integer.parseInt(summary.group(1))).as(ran.out()).isGreaterThan(50);
        // those that hold templates of tests count more than once
        assertThat(Integer.parseInt(summary.group(2)))
                .as(ran.out())
                .isGreaterThanOrEqualTo(Integer.parseInt(summary.group(1)));
        assertThat(summary.group(3)).as(ran.out()).isEqualTo("0");
        assertThat(summary.group(4)).as(ran.out()).isEqualTo("0");
    }
}
