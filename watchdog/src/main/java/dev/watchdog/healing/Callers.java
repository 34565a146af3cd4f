package dev.watchdog.healing;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.Event;
import dev.watchdog.events.Evidence;
import dev.watchdog.journal.LedgerRow;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who waits for the receipt or the answer of which command. The same command from several is one; another one under the
 * same id is turned away. Bounded. Confined to the healer's context.
 */
final class Callers {
    static final int MOST = 1_000;

    private static final int NOT_NOW = 503;
    private static final String OTHER = "another command was sent under this id";

    private static final Command NOBODY = new Command("", "", Map.of(), "", "");

    private final Map<String, Waiting> waiting = new HashMap<>();
    private int count;

    /** Those who wait for one command, until it has its final answer. */
    private static final class Waiting {
        private final Command command;
        private final List<Message<Asking>> forReceipt = new ArrayList<>();
        private final List<Message<Asking>> forAnswer = new ArrayList<>();
        private boolean accepted;

        private Waiting(Command command) {
            this.command = command;
        }
    }

    /** True if it is to be looked up in the ledger; false if it shares what becomes of another, or was turned away. */
    boolean add(Message<Asking> message) {
        Asking asking = message.body();
        Command command = asking.command();
        Waiting known = waiting.get(command.id());
        if (count >= MOST) {
            turnAway(message, "too many commands wait: try again later");
            return false;
        } else if (known != null && !known.command.sameAs(command)) {
            conflict(message);
            return false;
        }
        Waiting mine = known != null ? known : new Waiting(command);
        waiting.put(command.id(), mine);
        (asking.receipt() ? mine.forReceipt : mine.forAnswer).add(message);
        count++;
        return known == null || (mine.accepted && asking.receipt());
    }

    /** The ledger knows it. */
    void known(Command command, LedgerRow row) {
        Event event = row.answer();
        if (!row.digest().equals(command.digest())) {
            conflict(command.id());
        } else if (event == null) {
            accepted(command.id(), new Receipt.Known(row));
        } else {
            Waiting known = take(command.id());
            Optional<Answer> answer = Answer.of(event.data());
            known.forReceipt.forEach(message -> message.reply(new Receipt.Known(row)));
            known.forAnswer.forEach(message -> message.reply(answer.orElseThrow()));
        }
    }

    /** Another command of this id is known or on its way. */
    void conflict(String id) {
        Waiting known = take(id);
        known.forReceipt.forEach(Callers::conflict);
        known.forAnswer.forEach(Callers::conflict);
    }

    private static void conflict(Message<Asking> message) {
        message.reply(
                message.body().receipt()
                        ? new Receipt.Conflict(OTHER)
                        : new Answer(message.body().command().id(), Answer.REJECTED, Evidence.of(OTHER)));
    }

    /** These entries are durable: whoever waits for a receipt gets it. */
    void recorded(List<Event> events) {
        Map<String, Event> answers = new HashMap<>();
        events.forEach(event -> Answer.of(event.data()).ifPresent(answer -> answers.put(answer.command(), event)));
        answers.forEach((id, event) ->
                accepted(id, new Receipt.Answered(Answer.of(event.data()).orElseThrow(), event.id())));
        for (Event event : events) {
            if (event.data() instanceof CommandEvent.Accepted accepted && !answers.containsKey(accepted.command())) {
                accepted(accepted.command(), new Receipt.Accepted());
            }
        }
    }

    private void accepted(String id, Receipt receipt) {
        Waiting known = waiting.get(id);
        if (known != null) {
            known.accepted = true;
            count -= known.forReceipt.size();
            known.forReceipt.forEach(message -> message.reply(receipt));
            known.forReceipt.clear();
        }
    }

    /** The final answer is durable: whoever waits for it gets it. */
    void answer(Answer answer) {
        take(answer.command()).forAnswer.forEach(message -> message.reply(answer));
    }

    /** It could not be taken up, and nothing of it is durable. */
    void fail(String id, String why) {
        Waiting known = take(id);
        known.forReceipt.forEach(message -> turnAway(message, why));
        known.forAnswer.forEach(message -> turnAway(message, why));
    }

    private static void turnAway(Message<Asking> message, String why) {
        if (message.body().receipt()) {
            message.fail(NOT_NOW, why);
        } else {
            message.reply(new Answer(message.body().command().id(), Answer.REJECTED, Evidence.of(why)));
        }
    }

    private Waiting take(String id) {
        Waiting known = waiting.remove(id);
        if (known == null) {
            return new Waiting(NOBODY);
        }
        count -= known.forReceipt.size() + known.forAnswer.size();
        return known;
    }
}
