/**
 * The command line. {@code run} is the agent itself; the other commands speak HTTP with a running one over its control
 * socket, except {@code check} and {@code config}, which need none. The only room that writes to stdout.
 */
@NullMarked
package dev.watchdog.cli;

import org.jspecify.annotations.NullMarked;
