package dev.watchdog.healing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.ActionEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a life must keep about its actions, of faults and wishes alike, by an account of its own. */
final class ActionAccount {
    private final Set<String> ended = new HashSet<>();
    /** Requested and not ended: what it is for, by its id. */
    private final Map<String, String> open = new HashMap<>();

    void take(ActionEvent event) {
        String id = event.action();
        assertThat(ended).as("an action that ended goes on: " + event).doesNotContain(id);
        if (event instanceof ActionEvent.Requested) {
            assertThat(open).as("a second action for one: " + event).doesNotContainValue(event.fault());
            assertThat(open.put(id, event.fault())).as("requested twice").isNull();
        } else {
            assertThat(open).as("never requested: " + event).containsEntry(id, event.fault());
        }
        if (!(event instanceof ActionEvent.Requested
                || event instanceof ActionEvent.Held
                || event instanceof ActionEvent.Started)) {
            open.remove(id);
            ended.add(id);
        }
    }

    /** What was requested and has not ended waits or runs, and nothing else does. */
    void check(HealerState state) {
        Map<String, String> wanted = new HashMap<>();
        state.open().forEach(each -> {
            if (each.attempt() != null) {
                wanted.put(each.attempt().id(), each.id());
            }
        });
        assertThat(wanted).isEqualTo(open);
    }
}
