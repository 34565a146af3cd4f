package dev.watchdog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.agent.Agent;
import dev.watchdog.agent.Configuration;
import dev.watchdog.agent.MadeUpDomain;
import dev.watchdog.healing.Domain;
import dev.watchdog.linux.HostIdentity;
import dev.watchdog.linux.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Every command against a running agent that waits for approval, and without one. */
class CommandLineIT {
    private final MadeUpDomain lamps = new MadeUpDomain();
    private final List<Domain> domains = List.of(lamps);

    @TempDir
    Path directory;

    record Ran(int code, String out, String err) {}

    @Test
    void withoutAnAgentEachCommandSaysHowToStartOne() throws IOException {
        for (String command :
                List.of("status", "faults", "actions", "events", "resume", "lamps", "heal f1", "explain f1")) {
            Ran ran = run(command.split(" "));
            assertThat(ran.code()).as(command).isEqualTo(3);
            assertThat(ran.err())
                    .isEqualTo("watchdog: no agent listens on " + directory.resolve("control.sock")
                            + ": start it with 'watchdog run', or name its socket with --socket\n");
        }
    }

    @Test
    void soItDoesWhereNoAgentEverRan() throws IOException {
        String socket = directory.resolve("never/control.sock").toString();
        assertThat(run("--socket", socket, "status").err()).startsWith("watchdog: no agent listens on " + socket);
    }

    @Test
    void checkTellsTheThreeStatesByItsExitCode() throws IOException {
        assertThat(run("check")).isEqualTo(new Ran(0, """
                SUBJECT    KIND       STATE    SUMMARY
                lamp/hall  lamp.dark  healthy
                lamp/hall  lamp.dim   healthy
                2 healthy, 0 faulty, 0 could not be seen
                """, ""));
        lamps.breakIt();
        assertThat(run("check").code()).isEqualTo(1);
        assertThat(run("check", "--json").out()).contains("\"faulty\":1", "the hall lamp is dark");
        lamps.hide();
        assertThat(run("check").code()).isEqualTo(2);
    }

    @Test
    void aPersonFollowsAFaultFromTheFirstSightToTheEnd() throws IOException {
        try (Agent agent = start()) {
            assertThat(run("status").code()).isZero();
            assertThat(run("faults").out()).isEqualTo("no open faults\n");
            lamps.breakIt();
            await().untilAsserted(() -> assertThat(run("faults").code()).isEqualTo(1));
            await().untilAsserted(() -> assertThat(run("actions").out()).contains("waiting (approval)"));
            assertThat(run("lamps").out()).contains("hall\\u001b[31m lamp", "faulty", "WATTS", "60");

            Ran dry = run("heal", "f1", "--dry-run");
            assertThat(dry.code()).isZero();
            assertThat(dry.out()).contains("a new lamp", "lamp.change");

            Ran rejected = run("reject", "a1", "--reason", "not now");
            assertThat(rejected.code()).isZero();
            Ran none = run("approve", "a1");
            assertThat(none.code()).isEqualTo(1);
            assertThat(none.err()).contains("no action of that id waits");

            Ran healed = run("heal", "f1", "--reason", "now");
            assertThat(healed.code()).as(healed.toString()).isZero();
            assertThat(healed.out()).startsWith("succeeded");
            assertThat(run("faults").code()).isZero();
            assertThat(run("faults", "f1").out()).contains("fault.raised", "action.succeeded", "fault.cleared");
            assertThat(run("events", "--limit", "3").out().lines()).hasSize(3);
            assertThat(run("events", "--json").out()).contains("\"specversion\":\"1.0\"");
            assertThat(agent.unitsDown()).isEmpty();
        }
    }

    @Test
    void aVerbThatADomainDeclaresIsACommandOfItsName() throws IOException {
        assertThat(run("--help").out()).contains("polish", "Make a lamp brighter");
        assertThat(run("polish", "--help").out()).contains("LAMP", "--dry-run", "--reason");
        assertThat(run("polish").err()).contains("Missing required parameter", "LAMP");
        try (Agent agent = start()) {
            assertThat(run("polish", "hall", "--reason", "guests come"))
                    .isEqualTo(new Ran(0, "succeeded: the hall lamp is as bright as can be\n", ""));
            Ran none = run("polish", "moon");
            assertThat(none.code()).isEqualTo(1);
            assertThat(none.out()).contains("there is no such lamp");
            assertThat(agent.unitsDown()).isEmpty();
        }
    }

    @Test
    void aPersonLooksAgainAndSetsAMode() throws IOException {
        try (Agent agent = start()) {
            Ran well = run("probe", "lamp/hall");
            assertThat(well.code()).as(well.toString()).isZero();
            assertThat(well.out()).startsWith("succeeded: lamp/hall: healthy");
            assertThat(run("probe", "f9").err()).contains("no open fault has that id");

            Ran set = run("set-mode", "lamp.dark", "observe", "--reason", "no lamps left");
            assertThat(set.out()).startsWith("succeeded: set the mode of lamp.dark to observe");
            assertThat(run("status").out()).containsPattern("mode of lamp.dark +observe, set by a command");
            assertThat(run("set-mode", "lamp.dark", "off").err()).contains("'mode' must be");
            assertThat(run("set-mode", "lamp.dark", "default").code()).isZero();
            assertThat(run("status").out()).containsPattern("mode of lamp.dark +propose\n");
            assertThat(agent.unitsDown()).isEmpty();
        }
    }

    @Test
    void explainsAFaultInPlainWordsWhileItLastsAndAfterwards() throws IOException {
        try (Agent agent = start()) {
            lamps.breakIt();
            await().untilAsserted(() -> assertThat(run("faults").code()).isEqualTo(1));
            Ran open = run("explain", "f1");
            assertThat(open.code()).as(open.toString()).isZero();
            assertThat(open.out().replaceAll("[0-9]{4}-[0-9-]+T[0-9:]+Z", "NOW").replaceFirst("^.*-f1:", "f1:"))
                    .isEqualTo("""
                            f1: lamp.dark on lamp/hall

                            What was broken
                              It was dark in the hall.

                            Since when
                              Since NOW, and it still is.

                            Who did it
                              Not known.

                            The likely cause (burnt-out)
                              The lamp burnt out.
                              Lamps do.

                            What the agent did
                              lamp.change: waiting (approval): the mode of lamp.dark is propose

                            What would stop it from happening again
                              A better lamp. the hall lamp is dark
                            """);
            assertThat(run("explain", "f1", "--json").out()).contains("\"cause\":\"burnt-out\"", "\"fault\":{");
            assertThat(run("heal", "f1", "--reason", "now").code()).isZero();
            assertThat(run("explain", "lamp/hall").out())
                    .contains(" ms. Over: healed.", "lamp.change: succeeded: changed");
            assertThat(run("explain", "f99").err()).contains("no fault has that id");
            assertThat(run("explain", "f99").code()).isEqualTo(1);
            assertThat(agent.unitsDown()).isEmpty();
        }
    }

    @Test
    void aWarningIsShownAndChangesNoExitCode() throws IOException {
        lamps.dim(true);
        Ran check = run("check");
        assertThat(check.code()).as(check.toString()).isZero();
        assertThat(check.out())
                .contains("the hall lamp flickers")
                .endsWith("1 healthy, 0 faulty, 0 could not be seen, 1 to be warned of\n");
        assertThat(run("check", "--json").out()).contains("\"warnings\":1", "\"faulty\":0");
        try (Agent agent = start()) {
            await().untilAsserted(() -> assertThat(run("faults").out()).contains("lamp.dim", "warn"));
            assertThat(run("faults").code()).isZero();
            assertThat(run("status").code()).isZero();
            assertThat(run("status").out()).contains("of them warnings");
            lamps.breakIt();
            await().untilAsserted(() -> assertThat(run("faults").code()).isEqualTo(1));
            assertThat(run("status").code()).isEqualTo(1);
            assertThat(agent.unitsDown()).isEmpty();
        }
    }

    @Test
    void aWishIsNoFaultButItsActionIsListedAndWaitsForApproval() throws IOException {
        lamps.wish(true);
        Ran check = run("check");
        assertThat(check.code()).as(check.toString()).isZero();
        assertThat(check.out())
                .endsWith("2 healthy, 0 faulty, 0 could not be seen\n")
                .doesNotContain("brighter");
        try (Agent agent = start()) {
            await().untilAsserted(() ->
                    assertThat(run("actions").out()).contains("waiting (approval)", "lamp.change", "-w1"));
            assertThat(run("faults", "--all")).isEqualTo(new Ran(0, "no faults\n", ""));
            assertThat(run("faults", "w1").err()).contains("no fault has that id");
            assertThat(run("status").code()).isZero();
            assertThat(run("status").out()).containsPattern("open faults +0\n");

            Ran approved = run("approve", "a1", "--reason", "go");
            assertThat(approved.code()).as(approved.toString()).isZero();
            await().untilAsserted(() -> assertThat(run("actions").out()).contains("succeeded"));
            assertThat(run("faults", "--all").out()).isEqualTo("no faults\n");
            assertThat(agent.unitsDown()).isEmpty();
        }
    }

    @Test
    void watchesUntilItIsInterruptedAlsoOverARestartOfTheAgent() throws Exception {
        assertThat(run("lamps", "--every", "2s").err()).contains("--every needs --watch");
        assertThat(run("lamps", "--watch", "--every", "1ms").err()).contains("--every must be 100ms to 1d");
        assertThat(run("lamps", "--watch").code()).isEqualTo(3);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        AtomicInteger code = new AtomicInteger(-1);
        Thread watching = new Thread(() -> code.set(
                run(out, err, "lamps", "--watch", "--every", "100ms", "--json").code()));
        try (Agent agent = start()) {
            watching.start();
            await().until(() -> out.toString().lines().count() > 2);
            assertThat(agent.unitsDown()).isEmpty();
        }
        await().until(() -> err.toString().contains("going on when it is back"));
        lamps.breakIt();
        try (Agent agent = start()) {
            await().until(() -> out.toString().contains("\"state\":\"faulty\""));
            assertThat(agent.unitsDown()).isEmpty();
        }
        watching.interrupt();
        watching.join();
        assertThat(code).hasValue(0);
        assertThat(out.toString().lines()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    }

    @Test
    void aPauseNeedsALengthAndAReason() throws IOException {
        try (Agent agent = start()) {
            assertThat(run("pause", "--for", "30m").code()).isEqualTo(2);
            assertThat(run("pause", "--for", "soon", "--reason", "x").err()).contains("--for must be a duration");
            assertThat(run("pause", "--for", "8d", "--reason", "x").code()).isEqualTo(1);
            assertThat(run("pause", "--for", "30m", "--reason", "moving disks").code())
                    .isZero();
            assertThat(run("status").out()).contains("moving disks");
            assertThat(run("resume").out()).isEqualTo("succeeded: resumed\n");
            assertThat(agent.unitsDown()).isEmpty();
        }
    }

    @Test
    void mistakesOnTheLineAreOneLine() throws IOException {
        assertThat(run("faults", "--fo\u001bo"))
                .isEqualTo(new Ran(
                        2, "", "watchdog: Unknown option: '--fo\\u001bo'; 'watchdog faults --help' explains\n"));
        assertThat(run("--log-level", "loud", "config").err()).contains("--log-level must be error, warn");
        assertThat(run().code()).isEqualTo(2);
        assertThat(run("--help").out()).contains("Exit codes:", "lamps", "the lamps that are watched");
    }

    @Test
    void configTellsWhereEachValueComesFrom() throws IOException {
        assertThat(run("config").out())
                .contains("journal.maxSize")
                .containsPattern("mode +propose +WATCHDOG_MODE\n")
                .containsPattern("domains\\.lamps\\.watts +60 +default\n");
        assertThat(run("config", "--json").out())
                .contains("{\"key\":\"mode\",\"value\":\"propose\",\"source\":\"WATCHDOG_MODE\"}");
    }

    private Agent start() throws IOException {
        return Agent.start(new Agent.Setup(
                Configuration.load(file(), environment(), domains),
                domains,
                SystemClock.open(),
                new HostIdentity("0123456789abcdef0123456789abcdef", "testhost", "machine-id"),
                "test"));
    }

    private Map<String, String> environment() {
        return new HashMap<>(Map.of(
                "WATCHDOG_JOURNAL_DIRECTORY",
                directory.resolve("journal").toString(),
                "WATCHDOG_CONTROL_SOCKET",
                directory.resolve("control.sock").toString(),
                "WATCHDOG_MODE",
                "propose",
                "WATCHDOG_HTTP_LISTEN",
                "127.0.0.1:0"));
    }

    private Path file() throws IOException {
        return Files.writeString(directory.resolve("watchdog.yaml"), "");
    }

    private Ran run(String... arguments) throws IOException {
        file();
        return run(new StringWriter(), new StringWriter(), arguments);
    }

    private Ran run(StringWriter out, StringWriter err, String... arguments) {
        Path file = directory.resolve("watchdog.yaml");
        CommandLine line = Watchdog.commandLine(Watchdog.global(domains, environment()));
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] all = Stream.concat(Stream.of("--config", file.toString()), Stream.of(arguments))
                .toArray(String[]::new);
        int code = line.execute(all);
        return new Ran(code, out.toString(), err.toString());
    }
}
