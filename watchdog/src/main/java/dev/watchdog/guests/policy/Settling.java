package dev.watchdog.guests.policy;

/** Puts right what went wrong with a guest, and gives what is owed to it: this comes before anybody's wishes. */
final class Settling {
    private Settling() {}

    static void settle(Outlook guest) {
        if (!guest.sample.obstacle().isEmpty()) {
            return;
        }
        Step step = guest.state.course().step();
        if (guest.stuck) {
            guest.order(Command.Kind.CANCEL, guest.sample.actual(), "its balloon did not get to its target");
        } else if (step == null
                && guest.steady
                && guest.sample.actual() - guest.state.course().target() > Limits.CLOSE) {
            guest.order(
                    Command.Kind.CANCEL, guest.sample.actual(), "it is above an old target that it may still chase");
        } else if (guest.shrinking() && !guest.blind && guest.state.course().target() < guest.floor - Limits.DRIFT) {
            long safe = Math.min(guest.sample.actual(), guest.floor);
            guest.order(Command.Kind.CANCEL, safe, "its need has risen above the target");
        } else if (guest.hurt && step != null) {
            rollBack(guest, step);
        }
    }

    private static void rollBack(Outlook guest, Step step) {
        long back = Math.max(Math.min(guest.ceiling, step.from()), guest.share);
        long given = Math.min(back, guest.held() + Math.max(0, guest.unbounded ? 0 : guest.room()));
        if (given > guest.sample.actual()) {
            guest.budgets.forEach(each -> each.grant(guest, back - guest.held(), Math.max(0, given - guest.held())));
            guest.order(Command.Kind.ROLL_BACK, given, "the last shrink left it too little");
        }
    }
}
