package dev.watchdog.healing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.EventData;
import dev.watchdog.journal.LedgerMark;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What a life must keep about its commands, by an account of its own: each gets one final answer, and the ledger tells. */
final class CommandAccount {
    private final Map<String, String> answers = new HashMap<>();
    private final Set<String> live = new LinkedHashSet<>();
    private final Map<String, Command> asked = new HashMap<>();
    private final Map<String, Integer> told = new HashMap<>();

    void ask(Command command) {
        assertThat(asked.put(command.id(), command)).isNull();
    }

    /** It could not be made durable: its sender knows, and it never was. */
    void discard(String command) {
        asked.remove(command);
    }

    /** The agent ended: how often each was told is forgotten. */
    void restarted() {
        told.clear();
    }

    /** Those on their way. */
    Set<String> live() {
        return Set.copyOf(live);
    }

    Map<String, String> answers() {
        return answers;
    }

    Command command(String id) {
        return Objects.requireNonNull(asked.get(id));
    }

    /** Takes what was said; returns the status if it is a final answer, else an empty string. */
    String take(EventData data) {
        if (data instanceof CommandEvent.Accepted accepted) {
            assertThat(live.add(accepted.command())).as("accepted twice").isTrue();
            assertThat(asked).containsKey(accepted.command());
            assertThat(answers).as("accepted after its answer").doesNotContainKey(accepted.command());
        } else if (data instanceof CommandEvent.Progressed progressed) {
            assertThat(live).as("progress of nothing").contains(progressed.command());
            assertThat(told.merge(progressed.command(), 1, Integer::sum)).isLessThanOrEqualTo(Docket.MOST_TOLD);
        }
        return Answer.of(data).map(this::answered).orElse("");
    }

    private String answered(Answer answer) {
        boolean was = live.remove(answer.command());
        boolean refused =
                answer.status().equals(Answer.REJECTED) || answer.status().equals(Answer.EXPIRED);
        assertThat(was || refused).as("done without being accepted: " + answer).isTrue();
        assertThat(was && answer.status().equals(Answer.REJECTED))
                .as("rejected after it was accepted: " + answer)
                .isFalse();
        assertThat(answers.put(answer.command(), answer.status()))
                .as("answered twice: " + answer)
                .isNull();
        return answer.status();
    }

    /** Every acceptance and every answer of a step is marked, and nothing else is. */
    void check(Step step) {
        Set<String> marked = new HashSet<>();
        for (LedgerMark mark : step.ledger()) {
            EventData data = step.entries().get(mark.entry()).data();
            Command command = command(mark.id());
            assertThat(mark.digest()).isEqualTo(command.digest());
            assertThat(((CommandEvent) data).command()).isEqualTo(mark.id());
            assertThat(mark.answer())
                    .isEqualTo(Answer.of(data).isPresent())
                    .isNotEqualTo(data instanceof CommandEvent.Accepted);
            assertThat(step.bookmarks()).containsEntry("offset " + mark.id(), "1");
            marked.add(mark.id() + mark.answer());
        }
        Set<String> said = new HashSet<>();
        step.entries().forEach(entry -> {
            if (entry.data() instanceof CommandEvent event && !(event instanceof CommandEvent.Progressed)) {
                said.add(event.command() + Answer.of(event).isPresent());
            }
        });
        assertThat(marked).isEqualTo(said);
    }

    void check(HealerState state) {
        assertThat(state.commands().keySet()).isEqualTo(live);
    }

    /** In the end nobody waits. */
    void end() {
        assertThat(live).as("commands without an answer").isEmpty();
        assertThat(answers.keySet()).isEqualTo(asked.keySet());
    }
}
