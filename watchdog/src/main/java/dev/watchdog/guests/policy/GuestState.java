package dev.watchdog.guests.policy;

/**
 * What is remembered of one guest.
 *
 * @param proven how far it may grow whatever others want: a burst beyond the size at which it last had enough by its
 *     own numbers; 0: it never had
 * @param debt what was taken from it, and when it is given back
 */
record GuestState(
        Need need,
        Trend trend,
        Counters counters,
        Trail trail,
        Course course,
        Cooling cooling,
        Seen seen,
        Boot boot,
        long proven,
        Debt debt) {

    /** Whether a guest that is not in a sight is thought to be there: a busy libvirt skips one now and then. */
    boolean lingers(long now) {
        return now - seen.at() <= Limits.BLIND_AFTER;
    }

    /** Somebody chose its size: it is left at that, and nothing is owed to it. */
    GuestState chosenByHand(Cooling newCooling) {
        return new GuestState(need, trend, counters, trail, course, newCooling, seen, boot, proven, debt.settled());
    }

    /** After a decision. */
    GuestState next(Course newCourse, Cooling newCooling, Boot newBoot, long newProven) {
        return new GuestState(need, trend, counters, trail, newCourse, newCooling, seen, newBoot, newProven, debt);
    }

    /** It was started or reset: whatever it counts next is a new life's. */
    GuestState restarted() {
        return new GuestState(need, trend, counters.ended(), trail, course, cooling, seen, boot, proven, debt);
    }

    /** After QEMU was given the command. */
    GuestState ordered(Command command, long now) {
        long target = command.target();
        long actual = seen.sample().actual();
        Step step = course.step();
        boolean shrinks = target < actual;
        Step next = null;
        if (command.kind() != Command.Kind.CANCEL) {
            next = step != null && step.goesOn(now, shrinks)
                    ? step.extended(now, target)
                    : Step.start(now, actual, target, counters.out(), need.whole());
        }
        Debt owed = command.kind() == Command.Kind.SHRINK ? debt.taken(actual) : debt;
        Course sent = new Course(target, true, now, next);
        return new GuestState(need, trend, counters, trail, sent, cooling, seen, boot, proven, owed);
    }
}
