package dev.watchdog.guests.policy;

import java.util.List;

/**
 * How a guest is built and how it was started, as far as its memory goes.
 *
 * @param statsPeriod milliseconds between two reports of its driver as they are set; 0 while unknown or not set: then it
 *     is thought to report at each look
 * @param hugePages its memory comes of a pool of huge pages: it holds nothing of what is shared out
 */
public record GuestSetup(Limits limits, long statsPeriod, boolean hugePages, Start start) {
    /** Of a guest without limits of its own that has run for long. */
    public static final GuestSetup PLAIN = new GuestSetup(Limits.NONE, 0, false, Start.LONG_AGO);

    public GuestSetup {
        statsPeriod = Math.max(0, statsPeriod);
    }

    /**
     * What bounds it beside the host.
     *
     * @param known whether they were read; until then it is given nothing
     * @param names of the {@link SharedLimit}s it lives in, from its own control group to the root; only those that have
     *     a limit need to be there
     */
    public record Limits(boolean known, List<String> names) {
        /** It has none. */
        public static final Limits NONE = new Limits(true, List.of());

        /** Nobody could read them. */
        public static final Limits UNKNOWN = new Limits(false, List.of());

        public Limits {
            names = List.copyOf(names);
        }
    }

    /**
     * How it came up, and what is kept of it from then and before.
     *
     * @param at milliseconds since the host's boot when it was last started or reset, by libvirt's event; below 0: before
     *     anybody looked
     * @param kept what was concluded in its last life, or before the agent was restarted
     */
    public record Start(long at, Kept kept) {
        /** Nobody saw it start, and nothing is kept. */
        public static final Start LONG_AGO = new Start(-1, Kept.NOTHING);
    }

    /**
     * What has to outlive the policy's own memory, told in each {@link GuestFinding}. Bytes, 0 while unknown.
     *
     * @param booted what it had when its last good boot was over
     * @param whole what it had before anything was taken from it: a release gives it so much back
     */
    public record Kept(long booted, long whole) {
        /** Nothing is known. */
        public static final Kept NOTHING = new Kept(0, 0);

        static Kept of(long booted, long whole) {
            return booted == 0 && whole == 0 ? NOTHING : new Kept(booted, whole);
        }
    }
}
