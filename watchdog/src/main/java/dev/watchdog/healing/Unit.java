package dev.watchdog.healing;

import io.vertx.core.Deployable;
import java.util.function.Supplier;

/**
 * A verticle that the supervisor keeps alive.
 *
 * @param name for people
 * @param make makes a fresh instance for each deployment
 * @param worker true for one that may block for a short while: it runs on a worker thread
 * @param core true if the agent is of no use without it: the process ends when it cannot live
 */
public record Unit(String name, Supplier<? extends Deployable> make, boolean worker, boolean core) {}
