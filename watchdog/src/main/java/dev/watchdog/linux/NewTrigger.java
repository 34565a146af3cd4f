package dev.watchdog.linux;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells a new trigger's first true alarm from false ones. Of those without CAP_SYS_RESOURCE the kernel counts into a new
 * trigger's first windows all that was waited since boot (psi_trigger_create begins with the total of PSI_POLL, which
 * nobody keeps there; so from 6.4 to 6.18 at least), and rings at the first wait, however short. Until there was one
 * alarm that can be true none is believed; then each is. On the thread of its triggers alone.
 */
final class NewTrigger {
    private final PressureTrigger trigger;
    private @Nullable MemoryStall from;

    /** @param before read before the trigger is set; null where nothing can be read: every alarm is believed */
    NewTrigger(PressureTrigger trigger, @Nullable MemoryStall before) {
        this.trigger = trigger;
        this.from = before;
    }

    PressureTrigger trigger() {
        return trigger;
    }

    /**
     * Whether an alarm can be true: tasks have waited as long as the trigger asks for, since it was set or last rang.
     *
     * @param now called until one was true
     */
    boolean isTrue(Supplier<@Nullable MemoryStall> now) {
        MemoryStall before = from;
        if (before == null) {
            return true;
        }
        MemoryStall after = now.get();
        boolean possible = after == null || waited(after) - waited(before) >= trigger.stallMicros();
        from = possible ? null : after;
        return possible;
    }

    private long waited(MemoryStall stall) {
        return trigger.full() ? stall.full() : stall.some();
    }
}
