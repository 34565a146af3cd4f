package dev.watchdog.healing;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.Event;
import dev.watchdog.events.EventTypes;
import dev.watchdog.events.Evidence;
import dev.watchdog.journal.Query;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for the answer to which command. A command that is delivered again gets the one answer too, from the
 * journal if it was given before. Bounded. Confined to the healer's context.
 */
final class Callers {
    static final int MOST = 1_000;

    private static final Set<String> COMMAND_EVENTS = EventTypes.names().stream()
            .filter(name -> name.startsWith("dev.watchdog.command."))
            .collect(Collectors.toUnmodifiableSet());

    private final Map<String, List<Message<Command>>> waiting = new HashMap<>();
    private int count;

    /** True if this is the first of its id that waits; false if it will share an answer or was turned away. */
    boolean add(Message<Command> message) {
        if (count >= MOST) {
            message.reply(rejected(message.body().id(), "too many commands wait: try again later"));
            return false;
        }
        count++;
        List<Message<Command>> same = waiting.computeIfAbsent(message.body().id(), id -> new ArrayList<>());
        same.add(message);
        return same.size() == 1;
    }

    void answer(Answer answer) {
        List<Message<Command>> asked = waiting.remove(answer.command());
        if (asked != null) {
            count -= asked.size();
            asked.forEach(message -> message.reply(answer));
        }
    }

    void reject(String command, String why) {
        answer(rejected(command, why));
    }

    private static Answer rejected(String command, String why) {
        return new Answer(command, Answer.REJECTED, Evidence.of(why));
    }

    /** What the journal knows of a command. */
    static Query past(String command) {
        return new Query(0, 10, command, COMMAND_EVENTS);
    }

    /** The final answer among these events; null when none was given. */
    static @Nullable Answer given(List<Event> past) {
        for (Event event : past) {
            if (event.data() instanceof CommandEvent.Rejected rejected) {
                return rejected(rejected.command(), rejected.why());
            } else if (event.data() instanceof CommandEvent.Succeeded succeeded) {
                return new Answer(succeeded.command(), Answer.SUCCEEDED, succeeded.result());
            } else if (event.data() instanceof CommandEvent.Failed failed) {
                return new Answer(failed.command(), Answer.FAILED, Evidence.of(failed.why()));
            }
        }
        return null;
    }
}
