package dev.watchdog.healing;

import dev.watchdog.events.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command that was accepted and is owed its final answer. Durable with the rest of the state.
 *
 * @param told how many times its sender was told of its progress
 * @param deadline in time since boot, when it fails if nothing has come of it; null when its action keeps the time
 * @param look what it waits to see, of a probe; null of any other
 */
public record Ongoing(
        Command command,
        int told,
        @Nullable Duration deadline,
        @Nullable Look look) {
    /**
     * A look that was asked for.
     *
     * @param asked in time since boot: what was seen before says nothing
     * @param kinds of fault that are looked for
     * @param seen what was found, in words, by kind
     */
    public record Look(Subject subject, Duration asked, List<String> kinds, Map<String, String> seen) {
        public Look {
            kinds = List.copyOf(kinds);
            seen = Map.copyOf(seen);
        }
    }

    static Ongoing of(Command command) {
        return new Ongoing(command, 0, null, null);
    }

    Ongoing toldOnce() {
        return new Ongoing(command, told + 1, deadline, look);
    }

    Ongoing until(@Nullable Duration giveUp) {
        return new Ongoing(command, told, giveUp, look);
    }

    Ongoing with(Look newer) {
        return new Ongoing(command, told, deadline, newer);
    }
}
