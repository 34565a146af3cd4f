package dev.watchdog.kafka;

import dev.watchdog.events.CommandRequest;
import dev.watchdog.events.Subject;
import dev.watchdog.healing.Fault;
import dev.watchdog.healing.LiveState;
import dev.watchdog.healing.WatchedSubject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a command is about, by its arguments: a key may be allowed some subjects and not others. Every argument that names
 * something counts, also one that its verb does not look at; a command that names nothing is about the host.
 */
final class Subjects {
    private final LiveState live;
    private final Supplier<? extends Collection<WatchedSubject>> inventory;

    /**
     * Makes it.
     *
     * @param inventory what is watched now; must be quick
     */
    Subjects(LiveState live, Supplier<? extends Collection<WatchedSubject>> inventory) {
        this.live = live;
        this.inventory = inventory;
    }

    /** What it is about; an empty element for something that is not known here. */
    List<Optional<Subject>> of(CommandRequest request) {
        List<Optional<Subject>> all = new ArrayList<>();
        for (Map.Entry<String, String> argument : request.arguments().entrySet()) {
            String value = argument.getValue();
            switch (argument.getKey()) {
                case "fault" -> all.add(live.healer().fault(value).map(Subjects::subject));
                case "action" -> all.add(live.healer().faultOfAction(value).map(Subjects::subject));
                case "subject" -> all.add(parse(value));
                case "guest" -> all.add(named("guest", value));
                default -> {
                    // says how, not what
                }
            }
        }
        return all.isEmpty() ? List.of(Optional.of(Subject.HOST)) : all;
    }

    private static Subject subject(Fault fault) {
        return fault.subject();
    }

    private static Optional<Subject> parse(String text) {
        try {
            return Optional.of(Subject.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** By id or by name; one that two have is not known. */
    private Optional<Subject> named(String kind, String text) {
        List<Subject> found = inventory.get().stream()
                .filter(watched -> watched.subject().kind().equals(kind))
                .filter(watched ->
                        watched.subject().id().equals(text) || watched.name().equals(text))
                .map(WatchedSubject::subject)
                .toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }
}
