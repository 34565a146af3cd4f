package dev.watchdog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.agent.Agent;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a person does beside a running agent. */
class CommandLineIT extends CommandLineStage {
    @Test
    void aPersonFollowsAFaultFromTheFirstSightToTheEnd() throws IOException {
        try (Agent agent = start()) {
            assertThat(run("status").code()).isZero();
            assertThat(run("faults").out()).isEqualTo("no open faults\n");
            lamps.breakIt();
            await().untilAsserted(() -> assertThat(run("faults").code()).isEqualTo(1));
            await().untilAsserted(() -> assertThat(run("actions").out()).contains("waiting (approval)"));
            assertThat(run("lamps").out()).contains("hall\\u001b[31m lamp", "faulty", "WATTS", "60");
            assertThat(run("lamps", "hall", "-o", "name").out()).isEqualTo("lamp/hall\n");
            assertThat(run("lamps", "--state", "healthy").out()).isEqualTo("nothing of that is watched here\n");
            assertThat(run("lamps", "-o", "wide").out()).contains("SUBJECT", "lamp/hall");
            assertThat(run("faults").out()).containsPattern("f1 +hall.*lamp.dark +faulty +[0-9]+s");
            assertThat(run("faults", "--kind", "dim").out()).isEqualTo("no open faults\n");
            assertThat(run("faults", "-o", "name", "--since", "PT1H").out()).isEqualTo("f1\n");
            assertThat(run("faults", "--since", "soon").err()).contains("--since must be a duration");
            assertThat(run("faults", "hall", "f1").out()).contains("fault.raised");
            assertThat(run("actions", "-o", "name", "--state", "waiting").out()).isEqualTo("a1\n");
            assertThat(run("faults", "-o", "xml").err()).contains("-o must be wide, json or name");
            assertThat(run("events", "--kind", "fault.raised", "--limit", "1000")
                            .out()
                            .lines())
                    .hasSize(1);

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
            assertThat(run("lamps").out()).containsPattern("REPAIRED.*\\n.*[0-9]s ago");
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
        assertThat(run("polish").err()).contains("needs LAMP");
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
            assertThat(run("probe", "hall").out()).startsWith("succeeded: lamp/hall: healthy");
            assertThat(run("probe", "f9").err()).contains("no open fault has that id");
            for (String unknown : List.of("f9", "zzz", "lamp/zzz", "lamp/hallway")) {
                assertThat(run("probe", unknown).code()).as(unknown).isEqualTo(2);
            }
            assertThat(run("probe", "lamp/hal1").err())
                    .contains("nothing that is called 'lamp/hal1' is watched here; near: lamp/hall");
            lamps.breakIt();
            Ran broken = run("probe", "hall");
            assertThat(broken.code()).as(broken.toString()).isEqualTo(1);
            lamps.hide();
            assertThat(run("probe", "hall").code()).isEqualTo(2);

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
            assertThat(run("explain", "f1", "f99", "hall").out())
                    .containsPattern("(?s)f1: lamp.dark.*hall lamp is dark\\n\\n[^\\n]*f1: lamp.dark");
            assertThat(run("explain", "f1", "--json").out()).contains("\"cause\":\"burnt-out\"", "\"fault\":{");
            Ran both = run("heal", "f99", "f1", "--reason", "now");
            assertThat(both.code()).as("one of them is not known").isEqualTo(1);
            assertThat(both.err()).contains("f99");
            assertThat(both.out()).contains("succeeded");
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
            await().untilAsserted(
                            () -> assertThat(run("actions").out()).contains("waiting (approval)", "lamp.change", "w1"));
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
    void aPauseIsThirtyMinutesUnlessSomebodySaysOtherwise() throws IOException {
        try (Agent agent = start()) {
            assertThat(run("pause", "--for", "soon", "--reason", "x").err()).contains("--for must be a duration");
            assertThat(run("pause", "--for", "8d", "--reason", "x").code()).isEqualTo(1);
            Ran alone = run("pause");
            assertThat(alone.code()).as(alone.toString()).isZero();
            assertThat(run("status").out()).contains("no reason was given by ");
            assertThat(run("pause", "--for", "PT2H", "--reason", "moving disks").code())
                    .isZero();
            assertThat(run("status").out()).contains("moving disks");
            assertThat(run("resume").out()).isEqualTo("succeeded: resumed\n");
            assertThat(run("events", "--kind", "command.accepted").out())
                    .contains("pause from /hosts/", "/control-socket/users/" + System.getProperty("user.name"));
            assertThat(agent.unitsDown()).isEmpty();
        }
    }
}
