package dev.watchdog.healing;

import org.jspecify.annotations.Nullable;

/**
 * All that is known of one kind of fault on one subject: one row of the durable state.
 *
 * @param fault the open fault, or null
 */
public record Case(FaultKey key, @Nullable Fault fault, History history) {
    Case with(@Nullable Fault newer) {
        return new Case(key, newer, history);
    }

    Case with(History newer) {
        return new Case(key, fault, newer);
    }
}
