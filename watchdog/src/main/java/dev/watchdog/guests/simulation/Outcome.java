package dev.watchdog.guests.simulation;

import java.util.List;

/**
 * What one policy made of a trace.
 *
 * @param guestDeficitGiBs ∫ max(0, demand − actual)
 * @param hostOvercommitGiBs ∫ max(0, Σ resident − host)
 * @param killed guests that the host's kernel killed whole, because a limit that they live in was full
 * @param orders every target set, the starting sizes first
 */
public record Outcome(
        String policy,
        double guestDeficitGiBs,
        double hostOvercommitGiBs,
        double swappedOutMiB,
        int commands,
        int floorViolations,
        int killed,
        List<Order> orders) {
    /** One target. MiB. */
    public record Order(double time, String guest, double target, double actual) {}
}
