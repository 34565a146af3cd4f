package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@link PressureTriggersKernelIT} has the kernel that makes this necessary. */
class NewTriggerTest {
    private static final PressureTrigger SOME = new PressureTrigger(false, 300, 2_000_000);
    private static final PressureTrigger FULL = new PressureTrigger(true, 300, 2_000_000);

    private static boolean rings(NewTrigger trigger, long some, long full) {
        return trigger.isTrue(() -> new MemoryStall(some, full));
    }

    @Test
    void whatWasWaitedBeforeItWasSetIsNoAlarm() {
        NewTrigger trigger = new NewTrigger(SOME, new MemoryStall(5_000, 0));
        assertThat(rings(trigger, 5_299, 9_000)).isFalse();
        assertThat(rings(trigger, 5_598, 9_000)).as("299 since it rang").isFalse();
        assertThat(rings(trigger, 5_898, 9_000)).isTrue();
    }

    @Test
    void eachKindIsJudgedByItsOwnWaits() {
        NewTrigger trigger = new NewTrigger(FULL, new MemoryStall(0, 5_000));
        assertThat(rings(trigger, 9_000, 5_299)).isFalse();
        assertThat(rings(trigger, 9_000, 5_599)).isTrue();
    }

    /** The kernel counts a wait into two windows; of a trigger that has shown that it counts rightly that is true. */
    @Test
    void afterATrueOneEachIsTrue() {
        NewTrigger trigger = new NewTrigger(SOME, new MemoryStall(5_000, 0));
        assertThat(rings(trigger, 5_300, 0)).isTrue();
        assertThat(rings(trigger, 5_301, 0)).isTrue();
    }

    @Test
    void whereNothingCanBeReadTheKernelIsBelieved() {
        assertThat(rings(new NewTrigger(SOME, null), 0, 0)).isTrue();
        NewTrigger blinded = new NewTrigger(SOME, new MemoryStall(5_000, 0));
        assertThat(blinded.isTrue(() -> null)).isTrue();
        assertThat(rings(blinded, 5_001, 0)).isTrue();
    }
}
