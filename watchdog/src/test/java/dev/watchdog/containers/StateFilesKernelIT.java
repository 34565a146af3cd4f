package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.watchdog.linux.ProcessId;
import dev.watchdog.linux.UntrustedException;
import dev.watchdog.testing.NeedsRoot;
import dev.watchdog.testing.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** State files that a runtime wrote, and such that somebody else did. */
@NeedsRoot
class StateFilesKernelIT {
    private static final String ID = "5a".repeat(32);

    @TempDir
    Path home;

    private Path state() {
        return home.resolve("exec/runtime-runc/moby/" + ID + "/state.json");
    }

    private String rootfs() {
        return home + "/data/overlay2/L1/merged";
    }

    private static String json(String id, String rootfs, String pid) {
        return "{\"id\":\"" + id + "\",\"init_process_pid\":" + pid + ",\"config\":{\"rootfs\":\"" + rootfs + "\"}}";
    }

    private void write(String json) throws Exception {
        Files.createDirectories(state().resolveSibling(""));
        Files.writeString(state(), json);
        layer("L1");
    }

    private void layer(String layer) throws Exception {
        Path record = home.resolve("data/image/overlay2/layerdb/mounts/" + ID + "/mount-id");
        Files.createDirectories(record.resolveSibling(""));
        Files.writeString(record, layer);
    }

    private List<RunningContainer> found() throws Exception {
        StateFiles files = new StateFiles();
        files.learn(home + "/exec");
        return files.running("test", ProcessId.NONE);
    }

    @Test
    void aContainerIsFound() throws Exception {
        write(json(ID, rootfs(), "4242"));
        assertThat(found())
                .containsExactly(new RunningContainer(
                        ID,
                        "",
                        "test",
                        4242,
                        rootfs(),
                        new Layer.Overlay(home + "/data/overlay2/L1/diff"),
                        0,
                        ProcessId.NONE,
                        null));
    }

    /** Only the record tells that it may not: what does not say so may. */
    @Test
    void whetherAContainerMayMountIsTold() throws Exception {
        write(json(ID, rootfs(), "4242"));
        assertThat(found()).extracting(RunningContainer::mayMount).containsExactly(true);
        String capabilities = "\"capabilities\":{\"Bounding\":[\"CAP_CHOWN\"],\"Ambient\":[]},\"rootfs\"";
        write(json(ID, rootfs(), "4242").replace("\"rootfs\"", capabilities));
        assertThat(found()).extracting(RunningContainer::mayMount).containsExactly(false);
        write(json(ID, rootfs(), "4242")
                .replace("\"rootfs\"", capabilities.replace("CAP_CHOWN", "CAP_CHOWN\",\"CAP_SYS_ADMIN")));
        assertThat(found()).extracting(RunningContainer::mayMount).containsExactly(true);
    }

    @Test
    void whatIsNotAsItShouldBeIsNotBelieved() throws Exception {
        String good = json(ID, rootfs(), "4242");
        for (String bad : List.of(
                "",
                good.substring(0, good.length() - 9),
                "[".repeat(100_000),
                good + " ".repeat(StateFiles.MOST_BYTES),
                json("5b".repeat(32), rootfs(), "4242"),
                json(ID, "relative/overlay2/L1/merged", "4242"),
                json(ID, rootfs(), "1"),
                json(ID, rootfs(), "-7"),
                json(ID, rootfs(), "\"x\""),
                json(ID, home + "/data/overlay2/L2/merged", "4242"),
                json(ID, "/etc/overlay2/L1/merged", "4242"))) {
            write(bad);
            assertThat(found())
                    .as(bad.substring(0, Math.min(200, bad.length())))
                    .isEmpty();
        }
    }

    @Test
    void whatIsNotBelievedIsLoggedOnceUntilItIsWrongInAnotherWayOrHasBeenRight() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(StateFiles.class);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        logger.addAppender(logged);
        try {
            StateFiles files = new StateFiles();
            files.learn(home + "/exec");
            String wrongPid = json(ID, rootfs(), "1");
            for (String each : List.of("{", "{", wrongPid, wrongPid, json(ID, rootfs(), "4242"), wrongPid, wrongPid)) {
                write(each);
                files.running("test", ProcessId.NONE);
            }
        } finally {
            logger.detachAppender(logged);
        }
        assertThat(logged.list)
                .hasSize(3)
                .allSatisfy(line -> assertThat(line.getFormattedMessage()).startsWith(state() + " is not believed: "));
    }

    @Test
    void aRootfsThatIsNoLayerIsNotWatched() throws Exception {
        for (String rootfs : List.of("/", "/etc", home + "/data/vfs/dir/L1")) {
            write(json(ID, rootfs, "4242"));
            assertThat(found()).singleElement().satisfies(each -> {
                assertThat(each.layer()).isInstanceOf(Layer.LeftAlone.class);
                assertThat(each.rootfs()).isEmpty();
            });
        }
    }

    @Test
    void aLayerDatabaseThatDisagreesIsBelievedAndTheStateFileIsNot() throws Exception {
        write(json(ID, rootfs(), "4242"));
        layer("L2");
        assertThat(found()).isEmpty();
        layer("../../etc");
        assertThat(found()).isEmpty();
    }

    /** The kernel gives numbers to others once their processes have ended. */
    @Test
    void aFirstProcessThatBeganAtAnotherTimeIsAnothers() throws Exception {
        int pid = (int) ProcessHandle.current().pid();
        long began = ProcessId.of(pid).startTime();
        for (long told : new long[] {began, began - 1, began + 1}) {
            write("{\"init_process_start\":" + told + ","
                    + json(ID, rootfs(), "" + pid).substring(1));
            assertThat(found()).hasSize(told == began ? 1 : 0);
        }
    }

    @Test
    void nothingIsReadOnAWayThatSomebodyElseCouldHaveLed() throws Exception {
        write(json(ID, rootfs(), "4242"));
        for (String step :
                List.of("exec", "exec/runtime-runc", "exec/runtime-runc/moby/" + ID, "data/image/overlay2")) {
            Files.setAttribute(home.resolve(step), "unix:uid", 1000);
            try {
                assertThat(found()).as(step).isEmpty();
            } catch (UntrustedException e) {
                assertThat(e).hasMessageContaining(home.resolve(step) + " belongs to user 1000");
            }
            Files.setAttribute(home.resolve(step), "unix:uid", 0);
            assertThat(found()).hasSize(1);
        }
    }

    @Test
    void onlyARegularFileOfRootsIsRead() throws Exception {
        write(json(ID, rootfs(), "4242"));
        Files.setAttribute(state(), "unix:uid", 1000);
        assertThat(found()).isEmpty();
        Path elsewhere = Files.move(state(), home.resolve("elsewhere"));
        Files.setAttribute(elsewhere, "unix:uid", 0);
        Files.createSymbolicLink(state(), elsewhere);
        assertThat(found()).isEmpty();
        Files.delete(state());
        Programs.run("mkfifo", state().toString()).orFail();
        assertThat(found()).isEmpty();
    }
}
