package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Subject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every command goes through, whatever its verb. Pure. */
final class Admission {
    /** Every verb has it. */
    private static final String DRY_RUN = "dry-run";

    private final Docket docket;
    private final Turn turn;

    Admission(Turn turn) {
        this.turn = turn;
        this.docket = turn.docket();
    }

    /** False for one with an argument that its verb does not have; it is rejected then. */
    boolean understands(Command command, List<String> arguments) {
        for (String name : command.arguments().keySet()) {
            if (!arguments.contains(name) && !name.equals(DRY_RUN)) {
                String known = arguments.isEmpty() ? "none" : String.join(", ", arguments);
                docket.reject(command, "'" + name + "' is no argument of " + command.verb() + ": it has " + known);
                return false;
            }
        }
        return true;
    }

    /**
     * Accepts it, unless it expects what it may not.
     *
     * @param subject what it is about, if it is about one
     * @param kind which kind of fault it is about, if it is about one
     * @param would what a dry run is told
     * @return true if it is to be carried out now; false if it was answered: it was a dry run, it is rejected, or what
     *     it expects is not so
     */
    boolean begin(Command command, @Nullable Subject subject, @Nullable String kind, Evidence would) {
        String wrong = Expectations.malformed(command, subject != null, kind != null);
        if (wrong != null) {
            docket.reject(command, wrong);
            return false;
        }
        docket.accept(command);
        String unmet = Expectations.unmet(command, turn, subject, kind);
        if (unmet != null) {
            docket.fail(command, unmet);
        } else if (command.dryRun()) {
            docket.succeed(command, would);
        }
        return unmet == null && !command.dryRun();
    }
}
