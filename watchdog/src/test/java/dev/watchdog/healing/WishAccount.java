package dev.watchdog.healing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Subject;
import dev.watchdog.journal.Entry;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a life must keep about its wishes, by an account of its own. */
final class WishAccount {
    private final String kind;
    private final Gates gates;
    private final Set<String> ever = new HashSet<>();
    private final Set<String> ordered = new HashSet<>();
    private final Map<Subject, Duration> proposed = new HashMap<>();

    WishAccount(String kind, Gates gates) {
        this.kind = kind;
        this.gates = gates;
    }

    /** What was proposed lately counts from the new boot on; what lies further back may have been forgotten. */
    void rebooted(Duration before, Duration now) {
        proposed.values().removeIf(then -> before.minus(then).compareTo(gates.flapWindow()) >= 0);
        proposed.replaceAll((subject, then) -> now);
    }

    void take(Entry entry, Duration now, Mode mode, HealerState before) {
        if (entry.data() instanceof FaultRaised raised) {
            assertThat(raised.kind()).as("a wish is raised").isNotEqualTo(kind);
        } else if (entry.data() instanceof FaultCleared cleared) {
            assertThat(cleared.kind()).as("a wish is cleared").isNotEqualTo(kind);
        } else if (entry.data() instanceof ActionEvent.Requested asked
                && asked.fault().contains("-w")) {
            requested(entry.subject(), asked, now, mode, before);
        }
    }

    private void requested(Subject subject, ActionEvent.Requested asked, Duration now, Mode mode, HealerState before) {
        boolean again = !ever.add(asked.fault());
        if (ordered.contains(asked.fault()) || asked.origin().startsWith(RandomCommands.ORDER)) {
            assertThat(again).as("an order is tried twice").isFalse();
            ordered.add(asked.fault());
            return;
        }
        assertThat(again)
                .as("only a person asks for a second action of one wish")
                .isEqualTo(!asked.origin().equals("policy"));
        if (again) {
            return;
        }
        assertThat(mode).as("a wish is taken up that is only observed").isNotEqualTo(Mode.OBSERVE);
        if (mode == Mode.PROPOSE) {
            Duration then = proposed.put(subject, now);
            assertThat(then == null || now.minus(then).compareTo(gates.flapWindow()) >= 0)
                    .as("a person is asked again after %s", then == null ? now : now.minus(then))
                    .isTrue();
        }
        assertThat(before.core().pause()).as("a wish is taken up while paused").isNull();
    }

    /** The ids of those that are open. */
    Set<String> check(HealerState state) {
        Set<String> ids = new HashSet<>();
        for (Case each : state.cases().values()) {
            assertThat(each.key().kind().equals(HealerScene.SHORT)
                            && !each.history().losses().isEmpty())
                    .as("a loss of what recurs is remembered")
                    .isFalse();
            Fault wish = each.fault();
            if (wish != null && wish.nature() == Nature.WISH) {
                assertThat(wish.kind()).isEqualTo(ordered.contains(wish.id()) ? RandomCommands.ORDERED : kind);
                assertThat(ever).as("a wish that nothing tells of").contains(wish.id());
                assertThat(wish.attempt() != null || wish.settled())
                        .as("an idle wish: " + wish)
                        .isTrue();
                assertThat(state.faults()).doesNotContain(wish);
                ids.add(wish.id());
            }
        }
        return ids;
    }
}
