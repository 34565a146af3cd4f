package dev.watchdog.healing;

import dev.watchdog.events.Evidence;

/**
 * What a domain would do about a fault that it found.
 *
 * @param action the action kind
 * @param plan what it means to touch; durable before it is touched, so that a crashed agent's successor can judge it
 */
public record Proposal(String action, Evidence plan) {}
