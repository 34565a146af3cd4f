package dev.watchdog.healing;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is so right now, for readers that show it: the healer's last durable state. Written by the healer's verticle,
 * read from any thread.
 */
public final class LiveState {
    private volatile HealerState healer = HealerState.EMPTY;
    private volatile boolean ready;
    private volatile boolean stopping;

    /** The state that a journal holds: of an agent that has ended. */
    public static LiveState of(Map<String, String> rows) {
        LiveState state = new LiveState();
        state.publish(StateRows.read(rows));
        return state;
    }

    /** The last durable state. */
    public HealerState healer() {
        return healer;
    }

    /** True once the state of the last run was read and deciding has begun. */
    public boolean ready() {
        return ready;
    }

    /** The sensors that cannot see. */
    public Set<String> blindSensors() {
        return new TreeSet<>(healer.blind().keySet());
    }

    /** Nothing new is begun from now on; what runs ends. What was seen meanwhile is taken up by the next agent. */
    public void stopActing() {
        stopping = true;
    }

    /** True once the agent ends. */
    public boolean stopping() {
        return stopping;
    }

    void publish(HealerState state) {
        healer = state;
        ready = true;
    }
}
