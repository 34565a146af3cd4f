package dev.watchdog.healing;

import dev.watchdog.linux.Moment;
import java.time.Instant;
import java.util.Map;

/**
 * What a step may know beside the state: the healer asks nobody.
 *
 * @param now the only time there is during the step; durations count in its time since boot
 * @param time what time it is for all that expires, which setting the wall clock does not change
 * @param journalId the prefix that makes ids unique over all journals
 * @param stopping the agent is on its way out: nothing new is begun
 * @param subjects how many subjects of each kind there are, for the budget
 */
record Setting(
        Moment now, Instant time, String journalId, Policy policy, boolean stopping, Map<String, Integer> subjects) {}
