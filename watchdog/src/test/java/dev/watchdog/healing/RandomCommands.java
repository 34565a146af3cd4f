package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Subject;
import dev.watchdog.linux.Moment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is asked of a random life, by an id of its own each, and what a domain says to its own verb. */
final class RandomCommands {
    /** How the ids of commands of the domain's own verb begin. */
    static final String ORDER = "order";

    static final String ORDERED = "container.share-ordered";

    private final CommandAccount account;
    private int count;

    /** Orders that wait to be planned, and for which subject. */
    private final Map<String, Subject> planning = new LinkedHashMap<>();

    RandomCommands(CommandAccount account) {
        this.account = account;
    }

    Input ask(Moment now, String verb, String argument, String value, boolean dryRun) {
        return ask(now, verb, argument, value, dryRun, Map.of());
    }

    Input ask(Moment now, String verb, String argument, String value, boolean dryRun, Map<String, String> expect) {
        return ask(now, "cmd", verb, Map.of(argument, value), dryRun, expect);
    }

    Input setMode(Moment now, String kind, int choice) {
        String mode = List.of("observe", "propose", "heal", "default").get(choice % 4);
        return ask(now, "cmd", "set-mode", Map.of("kind", kind, "mode", mode), choice < 10, Map.of());
    }

    Input cancel(Moment now, int choice) {
        List<String> live = account.live().stream().sorted().toList();
        String command = live.isEmpty() ? "none" : live.get(choice % live.size());
        return ask(now, "cancel", "command", command, choice < 10);
    }

    Input order(Moment now, Subject subject, int choice) {
        return ask(now, ORDER, HealerScene.GIVE, Map.of("box", subject.toString()), choice < 10, Map.of());
    }

    private Input ask(
            Moment now,
            String prefix,
            String verb,
            Map<String, String> arguments,
            boolean dryRun,
            Map<String, String> expect) {
        int number = ++count;
        int patience = number * 7 % 100;
        String id = prefix + number;
        Command command = new Command(
                id,
                "/me",
                verb,
                arguments,
                expect,
                "why not",
                dryRun,
                "http",
                "",
                "digest of " + id,
                patience < 60 ? null : now.wall().plusSeconds(patience - 65),
                new Bookmark("offset " + id, "1"));
        account.ask(command);
        return new Input.Asked(command);
    }

    /** The healer wants to know what would be done. */
    void plan(Command command) {
        planning.put(command.id(), Subject.parse(command.argument("box")));
    }

    /** What is told to the first that waits for it, or to none that does. */
    Input planned(Moment now, int choice) {
        String id = planning.keySet().stream().findFirst().orElse("nobody's");
        @Nullable Subject waits = planning.remove(id);
        Subject subject = waits == null ? new Subject("container", "c0") : waits;
        Planned planned = choice < 70
                ? new Planned.Proposed(HealerScene.faulty(
                        subject, ORDERED, new Proposal(HealerScene.KICK, Evidence.of("planned")), now))
                : choice < 85 ? new Planned.Refused("its floor") : new Planned.Needless("it has that");
        return new Input.Plan(id, planned);
    }

    /** The agent ended: nobody plans any more. */
    void restarted() {
        planning.clear();
        account.restarted();
    }
}
