package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import dev.watchdog.events.Subject;
import java.time.Duration;

/**
 * One attempt at a remedy, decided and durable: what a worker verticle is told to carry out.
 *
 * @param id unique over all journals
 * @param deadline in time since boot; the remedy starts no step after it
 */
public record Action(
        String id,
        String kind,
        String fault,
        Subject subject,
        String faultKind,
        Evidence plan,
        Duration deadline,
        Stages stages) {
    /** The same action with stages that are known now. */
    Action withStages(Stages newer) {
        return new Action(id, kind, fault, subject, faultKind, plan, deadline, newer);
    }
}
