/**
 * Puts the agent together: reads the configuration, opens the journal and the domains, deploys the verticles and keeps
 * them alive, and stops all of it in order. The only room that knows which fault domains there are.
 */
@NullMarked
package dev.watchdog.agent;

import org.jspecify.annotations.NullMarked;
