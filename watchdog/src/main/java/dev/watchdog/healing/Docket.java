package dev.watchdog.healing;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.EventData;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.journal.LedgerMark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a {@link Turn}: which are owed an answer, and what they are told. Whatever is said to one is
 * journalled; that it was accepted and what it was answered is marked in the ledger, too. Pure.
 */
final class Docket {
    /** So many may be on their way at once. */
    static final int MOST = 1_000;

    /** A command hears no more of its progress than this. */
    static final int MOST_TOLD = 20;

    private final Turn turn;
    private final Map<String, Ongoing> ongoing;
    private final List<LedgerMark> marks = new ArrayList<>();
    private final Map<String, String> bookmarks = new HashMap<>();

    Docket(Turn turn, Map<String, Ongoing> ongoing) {
        this.turn = turn;
        this.ongoing = new HashMap<>(ongoing);
    }

    Map<String, Ongoing> ongoing() {
        return Map.copyOf(ongoing);
    }

    List<LedgerMark> marks() {
        return List.copyOf(marks);
    }

    Map<String, String> bookmarks() {
        return Map.copyOf(bookmarks);
    }

    /** Those on their way, by id. */
    List<Ongoing> all() {
        return List.copyOf(new TreeMap<>(ongoing).values());
    }

    @Nullable Ongoing find(String id) {
        return ongoing.get(id);
    }

    boolean full() {
        return ongoing.size() >= MOST;
    }

    void accept(Command command) {
        turn.pin(command.id());
        put(Ongoing.of(command));
        tell(
                command,
                Severity.INFO,
                new CommandEvent.Accepted(
                        command.id(),
                        command.verb(),
                        command.origin(),
                        told(command),
                        command.reason(),
                        command.source(),
                        command.key().isEmpty() ? null : command.key()));
        mark(command, false);
    }

    private static Map<String, String> told(Command command) {
        Map<String, String> arguments = new TreeMap<>(command.arguments());
        command.expect().forEach((what, value) -> arguments.put("expect-" + what, value));
        if (command.dryRun()) {
            arguments.put("dry-run", "true");
        }
        return arguments;
    }

    /** Replaces it; durable. */
    void put(Ongoing newer) {
        remember(newer);
        turn.changed(StateRows.commandRow(newer.command().id()));
    }

    /** Replaces what may be lost in a restart. */
    void remember(Ongoing newer) {
        ongoing.put(newer.command().id(), newer);
    }

    /** Tells its sender how far it has come, within bounds; nothing if it is not on its way. */
    void progress(Origin origin, String what) {
        Ongoing known = ongoing.get(origin.id());
        if (known != null && known.told() < MOST_TOLD) {
            remember(known.toldOnce());
            tell(
                    known.command(),
                    Severity.INFO,
                    new CommandEvent.Progressed(origin.id(), known.command().verb(), what));
        }
    }

    /** Will not be carried out; it was never accepted. */
    void reject(Command command, String why) {
        refuse(command, false, why, true);
    }

    /** @param remembered false when the ledger has no room */
    void refuse(Command command, boolean expired, String why, boolean remembered) {
        EventData data = expired
                ? new CommandEvent.Expired(command.id(), command.verb(), command.origin(), why)
                : new CommandEvent.Rejected(command.id(), command.verb(), command.origin(), why);
        tell(command, Severity.WARN, data);
        if (remembered) {
            mark(command, true);
        } else {
            bookmark(command);
        }
        reply(data);
    }

    void succeed(Command command, Evidence result) {
        answer(origin(command), Answer.SUCCEEDED, result);
    }

    void fail(Command command, String why) {
        answer(origin(command), Answer.FAILED, Evidence.of(why));
    }

    void expire(Command command, String why) {
        answer(origin(command), Answer.EXPIRED, Evidence.of(why));
    }

    /**
     * The final answer to one that was accepted. An agent before the ledger accepted some that are not known here; they
     * are answered, too.
     */
    void answer(Origin origin, String status, Evidence result) {
        Ongoing known = ongoing.remove(origin.id());
        String door = known == null ? "" : known.command().origin();
        EventData data = switch (status) {
            case Answer.SUCCEEDED -> new CommandEvent.Succeeded(origin.id(), origin.verb(), result);
            case Answer.EXPIRED -> new CommandEvent.Expired(origin.id(), origin.verb(), door, result.summary());
            default -> new CommandEvent.Failed(origin.id(), origin.verb(), result.summary());
        };
        Severity severity = status.equals(Answer.SUCCEEDED) ? Severity.INFO : Severity.WARN;
        turn.tell(Subject.HOST, turn.wall(), severity, origin.id(), null, data);
        turn.unpin(origin.id());
        turn.changed(StateRows.commandRow(origin.id()));
        if (known != null) {
            mark(known.command(), true);
        }
        reply(data);
    }

    private void tell(Command command, Severity severity, EventData data) {
        turn.tell(Subject.HOST, turn.wall(), severity, command.id(), null, data);
    }

    private void reply(EventData data) {
        Answer.of(data).ifPresent(answer -> turn.effect(new Effect.Reply(answer)));
    }

    /** About the entry told last. */
    private void mark(Command command, boolean answer) {
        marks.add(new LedgerMark(
                command.source(),
                command.id(),
                command.digest(),
                command.liveUntil(turn.time()),
                command.keepUntil(turn.time()),
                turn.told() - 1,
                answer));
        bookmark(command);
    }

    private void bookmark(Command command) {
        if (command.bookmark() != null) {
            bookmarks.put(command.bookmark().key(), command.bookmark().value());
        }
    }

    static Origin origin(Command command) {
        return new Origin(command.id(), command.verb());
    }
}
