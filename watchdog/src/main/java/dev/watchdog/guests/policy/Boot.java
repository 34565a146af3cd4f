package dev.watchdog.guests.policy;

/**
 * A guest's start: until it is over the guest is given what it had at its last good one, and nothing is taken from it.
 * Milliseconds since the host's boot.
 *
 * @param at when it began; below 0: nobody saw one
 * @param heard when libvirt told of it: one that was heard of before is not another one
 * @param reportedAt when its new driver first reported; 0 until then
 * @param bad it ran short before it was over
 * @param booted bytes that the guest had when its last good one was over; 0 while unknown
 */
record Boot(long at, long heard, long reportedAt, boolean bad, long booted) {
    static Boot first(GuestSample sample, long now) {
        GuestSetup.Start start = sample.setup().start();
        boolean lately = start.at() >= 0 && now - start.at() < Limits.MOST_BOOT;
        return new Boot(
                lately ? start.at() : -1, start.at(), 0, false, start.kept().booted());
    }

    /** Whether libvirt has told of a start since. */
    boolean isOutdated(GuestSample sample) {
        return sample.setup().start().at() > heard;
    }

    /** @param counted its counters have begun again: its new driver has reported */
    Boot again(GuestSample sample, boolean counted, long now) {
        long told = sample.setup().start().at();
        long begun = isGoing(now) && counted ? at : told > heard ? told : now;
        return new Boot(begun, Math.max(heard, told), counted ? now : 0, false, booted);
    }

    /** After a report of this time: one of before it began is of the life before. */
    Boot reported(long of, long now) {
        return reportedAt == 0 && isGoing(now) && of > at ? new Boot(at, heard, now, bad, booted) : this;
    }

    boolean isGoing(long now) {
        return at >= 0 && now - at < Limits.MOST_BOOT && (reportedAt == 0 || now - reportedAt <= Limits.SETTLE);
    }

    /** Once it is over, what the guest has is what it needs to boot, unless it was short of it. */
    Boot followed(boolean isShort, long actual, long now) {
        if (at < 0) {
            return this;
        }
        if (isGoing(now)) {
            return isShort && !bad ? new Boot(at, heard, reportedAt, true, booted) : this;
        }
        return new Boot(-1, heard, 0, false, bad ? 0 : reportedAt > 0 ? actual : booted);
    }
}
