package dev.watchdog.healing;

import static dev.watchdog.healing.HealerScene.LOST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.Subject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, beginnings of ids, whole ids and kind/name become one id; what is not known is rejected with what is near. */
class CommandSubjectsTest {
    private static final String WEB_1 = "ba1122df49d3000000000000000000000000";
    private static final String WEB_2 = "ba9922df49d3111111111111111111111111";
    private static final String GUEST = "0f0e0d0c-0000-4000-8000-000000000001";
    private static final List<WatchedSubject> WATCHED = List.of(
            watched("container", WEB_1, "web-1"),
            watched("container", WEB_2, "web-2"),
            watched("container", "c1", "box"),
            watched("guest", GUEST, "vm1"));

    private final HealerScene scene = new HealerScene();

    private static WatchedSubject watched(String kind, String id, String name) {
        return new WatchedSubject(new Subject(kind, id), name, "healthy", Map.of());
    }

    private CommandSubjects.Resolved resolve(String argument, String value) {
        return new CommandSubjects(scene.policy(), scene.state, WATCHED, Set.of("container", "guest"))
                .resolve(HealerScene.GIVE, Map.of(argument, value));
    }

    @ParameterizedTest
    @CsvSource({
        "container/" + WEB_1,
        WEB_1,
        "ba1122df49d3",
        "container/ba1122df49d3",
        "container/ba1122",
        "ba1",
        "web-1",
        "container/web-1"
    })
    void eachWayToNameASubjectMeansTheSame(String asked) {
        CommandSubjects.Resolved resolved = resolve("subject", asked);
        assertThat(resolved.problem()).isNull();
        assertThat(resolved.arguments()).containsEntry("subject", "container/" + WEB_1);
        assertThat(resolved.subjects()).containsExactly(Optional.of(new Subject("container", WEB_1)));
    }

    @Test
    void guestsToo() {
        assertThat(resolve("subject", "guest/vm1").arguments()).containsEntry("subject", "guest/" + GUEST);
        assertThat(resolve("subject", "0f0e").arguments()).containsEntry("subject", "guest/" + GUEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"container/zzz", "zzz", "guest/web-1", "web", "container/web", "ba", "", "  ", "container/"})
    void whatIsNotKnownIsAProblem(String asked) {
        assertThat(resolve("subject", asked).problem()).isNotNull();
    }

    @Test
    void whatIsNotKnownIsToldWithWhatIsNear() {
        assertThat(resolve("subject", "web-11").problem())
                .isEqualTo("nothing that is called 'web-11' is watched here; near: container/web-1 (ba1122df49d3),"
                        + " container/web-2 (ba9922df49d3)");
        assertThat(resolve("subject", "guest/vm2").problem()).contains("near: guest/vm1 (" + GUEST + ")");
        assertThat(resolve("subject", "container/nothing-like-it").problem()).doesNotContain("near");
    }

    @Test
    void aBeginningOfSeveralIdsIsNotChosenFrom() {
        CommandSubjects two = new CommandSubjects(
                scene.policy(),
                scene.state,
                List.of(watched("container", "aaaa1", "x"), watched("container", "aaaa2", "y")),
                Set.of("container"));
        assertThat(two.resolve("heal", Map.of("subject", "aaaa")).problem())
                .isEqualTo("'aaaa' may be any of: container/x (aaaa1), container/y (aaaa2)");
    }

    @Test
    void aNameGoesBeforeTheBeginningOfAnotherId() {
        CommandSubjects two = new CommandSubjects(
                scene.policy(),
                scene.state,
                List.of(watched("container", "aaaa1", "x"), watched("container", "bbbb1", "aaaa")),
                Set.of("container"));
        assertThat(two.resolve("heal", Map.of("subject", "aaaa")).arguments())
                .containsEntry("subject", "container/bbbb1");
    }

    @Test
    void subjectsThatNobodyListsAreTakenAsTheyAreWritten() {
        CommandSubjects none = new CommandSubjects(scene.policy(), scene.state, List.of(), Set.of());
        assertThat(none.resolve("heal", Map.of("subject", "container/zzz")).problem())
                .isNull();
        assertThat(resolve("subject", "host").arguments()).containsEntry("subject", "host");
    }

    @Test
    void aFaultMayBeNamedByWhatItBefell() {
        scene.modes.put(LOST, Mode.PROPOSE);
        scene.faulty();
        assertThat(resolve("fault", "f1").problem()).isNull();
        String id = scene.state.faults().get(0).id();
        assertThat(resolve("fault", "box").arguments()).containsEntry("fault", id);
        assertThat(resolve("action", "container/box").arguments())
                .containsEntry(
                        "action",
                        Objects.requireNonNull(scene.state.faults().get(0).attempt())
                                .id());
        assertThat(resolve("fault", "web-1").problem()).startsWith("no fault of container/ba1122");
        assertThat(resolve("fault", "f9").problem()).contains("no open fault has that id");
        assertThat(resolve("action", "a9").problem()).contains("no action of that id waits");
    }

    @Test
    void anArgumentThatSaysHowIsLeftAlone() {
        CommandSubjects.Resolved resolved = resolve("for", "web-1");
        assertThat(resolved.arguments()).containsEntry("for", "web-1");
        assertThat(resolved.subjects()).containsExactly(Optional.of(Subject.HOST));
    }

    @Test
    void aVerbOfADomainSaysWhichArgumentNamesItsSubject() {
        CommandSubjects.Resolved resolved = resolve("box", "container/web-2");
        assertThat(resolved.arguments()).containsEntry("box", WEB_2);
        assertThat(resolve("box", "vm1").problem()).isNotNull();
    }

    /** Otherwise who may command the host could reach the guest that somebody has called so. */
    @Test
    void allIsANameForVerbsThatAreNotOfTheHost() {
        Policy plain = scene.policy();
        VerbKind release = new VerbKind("release", List.of("box"), "host", HealerScene.SHARE, "give all back");
        Map<String, VerbKind> verbs = new HashMap<>(plain.verbs());
        verbs.put(release.name(), release);
        Policy policy = new Policy(plain.modes(), plain.gates(), plain.faultKinds(), plain.actionKinds(), verbs);
        CommandSubjects subjects = new CommandSubjects(
                policy, scene.state, List.of(watched("container", "c9", "all")), Set.of("container", "guest"));
        assertThat(subjects.resolve(HealerScene.GIVE, Map.of("box", "all")).subjects())
                .containsExactly(Optional.of(new Subject("container", "c9")));
        assertThat(subjects.resolve("release", Map.of("box", "all"))).satisfies(all -> {
            assertThat(all.subjects()).containsExactly(Optional.of(Subject.HOST));
            assertThat(all.arguments()).containsEntry("box", "all");
        });
        assertThat(resolve("box", "all").problem()).contains("nothing that is called 'all'");
    }
}
