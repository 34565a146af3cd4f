package dev.watchdog.guests.policy;

/**
 * What is remembered of one guest.
 *
 * @param reportedAt milliseconds since boot when last-update last moved
 * @param resident what QEMU held of the host at {@code seenAt}, when it was last in a sight
 */
record GuestState(
        Need need,
        Trend trend,
        Counters counters,
        Trail trail,
        Course course,
        Cooling cooling,
        long actual,
        int samples,
        long lastUpdate,
        long reportedAt,
        long resident,
        long seenAt) {
    /** What it may still take of the host beyond what it is seen to hold there. */
    long outstanding() {
        return Math.max(0, Math.max(actual, course.target()) - Math.max(0, resident));
    }

    /** Whether a guest that is not in a sight is thought to be there: a busy libvirt skips one now and then. */
    boolean lingers(long now) {
        return now - seenAt <= Limits.BLIND_AFTER;
    }

    GuestState with(Course newCourse, Cooling newCooling) {
        return new GuestState(
                need,
                trend,
                counters,
                trail,
                newCourse,
                newCooling,
                actual,
                samples,
                lastUpdate,
                reportedAt,
                resident,
                seenAt);
    }

    /** It was started or reset: whatever it counts next is a new life's. */
    GuestState restarted() {
        return new GuestState(
                need,
                trend,
                counters.ended(),
                trail,
                course,
                cooling,
                actual,
                samples,
                lastUpdate,
                reportedAt,
                resident,
                seenAt);
    }

    /** After QEMU was given the command. */
    GuestState ordered(Command command, long now) {
        long target = command.target();
        Step step = course.step();
        boolean shrinks = target < actual;
        Step next = null;
        if (command.kind() != Command.Kind.CANCEL) {
            next = step != null && step.goesOn(now, shrinks)
                    ? step.extended(now, target)
                    : Step.start(now, actual, target, counters.out(), need.whole());
        }
        return with(new Course(target, true, now, next), cooling);
    }
}
