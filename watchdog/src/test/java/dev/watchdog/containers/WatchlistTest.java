package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.healing.WatchedSubject;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.MountAttributes;
import dev.watchdog.linux.MountEntry;
import dev.watchdog.linux.Pidfd;
import dev.watchdog.linux.ProcessId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What takes a container out of care, and what does not. */
@NullUnmarked // what must be there is dereferenced: a null fails the test
class WatchlistTest {
    private static final String ID = "4d".repeat(32);
    private static final String OTHER = "5e".repeat(32);
    static final RootIdentity ROOT = new RootIdentity(
            new FileStatus(0, 44, 5, 77, true, 040755),
            new MountEntry(77, 1, 0, 44, "/", "/", "rw", "", "overlay", "overlay", "rw"),
            "",
            MountAttributes.DEFAULT,
            false);
    private static final int SELF = (int) ProcessHandle.current().pid();
    private static final int NOBODY = Integer.MAX_VALUE / 4;

    private final List<String> forgotten = new ArrayList<>();
    private final Watchlist list = new Watchlist(forgotten::add);

    @AfterEach
    void letGo() {
        list.all().forEach(each -> list.drop(each.container().id()));
    }

    private static RunningContainer container(String id, String source, int pid) {
        return new RunningContainer(
                id, "", source, pid, "/r/L/merged", new Layer.Overlay("/r/L/diff"), 0, ProcessId.NONE, null);
    }

    private static Watchlist.Unwatched leftAlone(String id, String source, int pid) {
        return new Watchlist.Unwatched(container(id, source, pid).leftAlone("so"), "so");
    }

    private static Watchlist.Unwatched doubtful(String id, String source, int pid) {
        return new Watchlist.Unwatched(container(id, source, pid), "not proven");
    }

    private void watch(String id, String source) throws Exception {
        list.put(Watched.of(container(id, source, SELF), Pidfd.open(SELF), ROOT, List.of()));
    }

    private List<String> states() {
        return list.inventory().stream()
                .map(line -> line.subject().id().substring(0, 2) + " " + line.state() + " "
                        + line.details().get("engine"))
                .sorted()
                .toList();
    }

    @Test
    void whatRunsUnwatchedIsKnownByItsReasonAndWhatNobodyTellsOfIsNot() throws Exception {
        list.put(leftAlone(ID, "podman", SELF));
        list.claim("other", List.of(container(OTHER, "other", SELF).leftAlone("a claim")));
        assertThat(list.unwatched(ID).isLeftAlone()).isTrue();
        assertThat(list.unwatched(ID).why()).isEqualTo("so");
        assertThat(list.unwatched(OTHER).why()).isEqualTo("a claim");
        assertThat(list.unwatched("6f".repeat(32))).isNull();
        watch(OTHER, "docker");
        assertThat(list.unwatched(OTHER)).isNull();
    }

    @Test
    void whatIsUnderWatchStaysSoWhileItsFirstProcessLives() throws Exception {
        watch(ID, "docker");
        assertThat(list.put(leftAlone(ID, "podman", NOBODY))).isFalse();
        assertThat(list.put(leftAlone(ID, "docker", NOBODY))).isFalse();
        assertThat(list.put(doubtful(ID, "docker", NOBODY))).isFalse();
        assertThat(list.put(doubtful(ID, "docker", SELF))).isFalse();
        assertThat(states()).containsExactly("4d unknown docker");
        assertThat(list.find(ID)).isNotNull();
        assertThat(forgotten).isEmpty();
    }

    @Test
    void whenItHasEndedItsNextLifeIsWhatIsTold() throws Exception {
        Process first = new ProcessBuilder("sleep", "100000").start();
        try {
            Pidfd init = Pidfd.open((int) first.pid());
            list.put(Watched.of(container(ID, "docker", (int) first.pid()), init, ROOT, List.of()));
            first.destroyForcibly().waitFor();
            assertThat(list.put(doubtful(ID, "docker", SELF))).isTrue();
            assertThat(list.find(ID)).isNull();
            assertThat(init.isClosed()).isTrue();
        } finally {
            first.destroyForcibly().waitFor();
        }
    }

    @Test
    void thatItIsLeftAloneIsNotTakenFromAnother() {
        assertThat(list.put(doubtful(ID, "docker", SELF))).isTrue();
        assertThat(list.put(leftAlone(ID, "podman", SELF))).isFalse();
        assertThat(list.source(ID)).isEqualTo("docker");
        assertThat(list.doubtful()).hasSize(1);
        assertThat(list.put(leftAlone(ID, "docker", SELF))).isTrue();
        assertThat(list.doubtful()).isEmpty();
    }

    @Test
    void whoCaresForItIsBelievedOverWhoDoesNot() throws Exception {
        assertThat(list.put(leftAlone(ID, "podman", SELF))).isTrue();
        assertThat(list.put(doubtful(ID, "docker", SELF))).isTrue();
        assertThat(list.source(ID)).isEqualTo("docker");
        watch(ID, "docker");
        assertThat(list.source(ID)).isEqualTo("docker");
        assertThat(list.source(OTHER)).isEmpty();
    }

    @Test
    void claimsAreShownAndNothingElse() throws Exception {
        watch(ID, "docker");
        list.claim(
                "rogue",
                List.of(
                        container(ID, "rogue", NOBODY).leftAlone("he says so"),
                        container(OTHER, "rogue", SELF).leftAlone("he says so"),
                        container(OTHER, "rogue", SELF).leftAlone("twice")));
        assertThat(states()).containsExactly("4d unknown docker", "5e left-alone rogue");
        assertThat(list.inventory())
                .filteredOn(line -> line.subject().id().equals(OTHER))
                .extracting(WatchedSubject::details)
                .allMatch(details -> details.get("why").equals("he says so"));
        assertThat(list.size()).isEqualTo(1);
        assertThat(list.knows(OTHER)).isFalse();
        assertThat(list.ids("rogue")).isEmpty();
        assertThat(list.doubtful()).isEmpty();
        list.claim("rogue", List.of());
        assertThat(states()).containsExactly("4d unknown docker");
    }

    @Test
    void whatIsLeftAloneOrClaimedAndHasEndedIsForgotten() throws Exception {
        watch(ID, "docker");
        list.put(leftAlone(OTHER, "podman", NOBODY));
        list.put(doubtful("6f".repeat(32), "docker", NOBODY));
        list.claim(
                "rogue",
                List.of(
                        container("7a".repeat(32), "rogue", NOBODY).leftAlone("so"),
                        container("7b".repeat(32), "rogue", SELF).leftAlone("so")));
        list.forgetEnded();
        assertThat(states()).containsExactly("4d unknown docker", "6f unknown docker", "7b left-alone rogue");
        assertThat(forgotten).contains(OTHER);
    }
}
