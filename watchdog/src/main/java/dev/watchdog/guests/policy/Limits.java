package dev.watchdog.guests.policy;

/** The policy's numbers, each with its reason. Bytes and milliseconds. */
final class Limits {
    static final long MIB = 1L << 20;
    static final long GIB = 1L << 30;

    /** Guests are grown at once below this: a guest with a twentieth free is about to reclaim what it uses. */
    static final double CRITICAL_SHARE = 0.05;

    /** The most that counts as critical: beyond it a page allocator has room whatever the size. */
    static final long MOST_CRITICAL = 256 * MIB;

    /** What a shrink leaves free at least, of the guest's size: so that a guest of 512 MiB can give as well. */
    static final double LEAST_SHARE = 0.08;

    /** The most that a shrink must leave by this rule: large guests keep more by the rise they have shown. */
    static final long MOST_LEAST = 512 * MIB;

    /** Never below this part of the maximum unless asked: the guest's kernel sized its tables for the maximum. */
    static final double DEFAULT_FLOOR_SHARE = 0.125;

    /** The cache that is left: a guest without any reads its own programs from disk again. */
    static final double KEPT_CACHE_SHARE = 0.05;

    /** How much of what a guest says it can spare is taken in a second: MemAvailable is an estimate, so a quarter. */
    static final double STEP_SHARE = 0.25;

    /** The least step, so that small ones end. */
    static final long LEAST_STEP = 32 * MIB;

    /** Swapped-out debt is forgotten by half in a minute: what is cold stays out without hurting. */
    static final double DEBT_HALF_LIFE = 60_000;

    /** A guest that burst will burst again: compile jobs repeat within half an hour. */
    static final double BURST_HALF_LIFE = 1_800_000;

    /** How fast it rose matters for a shrink as long as the same job may still run. */
    static final double RISE_HALF_LIFE = 10_000;

    /** A burst is a rise within ten seconds: what a donor's balloon takes to give 10 GiB. */
    static final long BURST_WINDOW = 10_000;

    /** A burst beyond this is answered by granting, not by keeping memory ready. */
    static final long MOST_BURST = 6 * GIB;

    /** A rise is followed so far whatever was seen before: half of what a burst is. */
    static final double MOST_AHEAD = 3.0 * GIB;

    /** The part of its burst that a guest at its peak may still rise: peaks of one load are alike. */
    static final double NEW_PEAK_SHARE = 0.125;

    /** An unknown guest is thought to burst by this part of its maximum. */
    static final double SUPPOSED_BURST = 0.25;

    /** A move less than this in calm is not worth a command. */
    static final long CALM_GATE = 256 * MIB;

    static final double CALM_GATE_SHARE = 0.05;

    /** A move less than this is not worth a command even when somebody starves. */
    static final long PRESSED_GATE = 64 * MIB;

    static final double PRESSED_GATE_SHARE = 0.01;

    /** A part of the budget that only starving guests get: it bridges the second until a donor has given. */
    static final double EMERGENCY_SHARE = 0.02;

    /** A part of the budget that guests do not get only because they report seldom. */
    static final double SLOW_SHARE = 0.125;

    /** Balloons report whole MiB late: what an own order explains. */
    static final long DRIFT = 64 * MIB;

    /** A balloon that nobody moves stays: more than this is somebody's order, of a small guest as well. */
    static final long CALM_DRIFT = 16 * MIB;

    /** So long after an order a balloon's size may still come of the one before: it moves a GiB between look and order. */
    static final long ORDER_GRACE = 3_000;

    /** A balloon this close to its target has got there: it moves whole MiB and rounds. */
    static final long CLOSE = 4 * MIB;

    /** Without movement for so long a balloon is stuck: a driver retries every 200 ms. */
    static final long STUCK_AFTER = 5_000;

    /**
     * A step's deadline counts on this: a healthy balloon moves 0.95 GiB/s, and one of an emulated guest on a host whose
     * processors are wanted twenty times over was seen to move 10 MiB/s. A slow one is not stuck as long as it moves.
     */
    static final double SLOWEST_PER_MILLI = 8.0 * MIB / 1_000;

    static final long DEADLINE_GRACE = 2_000;

    /** After a stuck balloon: a minute, doubling to an hour. */
    static final long STUCK_PAUSE = 60_000;

    static final long MOST_PAUSE = 3_600_000;

    /** A guest that starves is tried again at least so often, whatever its balloon did. */
    static final long MOST_GROW_PAUSE = 300_000;

    /** The first that is given to a balloon that did not grow: a working one takes it within a tick. */
    static final long PROBE = 256 * MIB;

    /** After a shrink that hurt though the guest had said it could spare it: five minutes, doubling. */
    static final long HURT_PAUSE = 300_000;

    /** After being starved: its own burst is over within this more often than not. */
    static final long RED_PAUSE = 5_000;

    /** A shrink is watched so long after it is reached. */
    static final long WATCH_AFTER = 10_000;

    /** Somebody else resized it: no shrinking for ten minutes, they had a reason. */
    static final long HANDS_OFF = 600_000;

    /** After a start, a reboot, a resume: boot reads everything once. */
    static final long SETTLE = 30_000;

    /** Fewer samples say nothing of how it moves. */
    static final int FEWEST_SAMPLES = 5;

    /** A learned floor fades by half an hour after hour: what hurt once may be gone. */
    static final double LEARNED_HALF_LIFE = 3_600_000;

    /** Swapping faster than this, bytes a second, is starving. */
    static final double SWAP_RATE = 4.0 * MIB;

    /** Fewer major faults a second are everyday life: a program that starts makes some hundred. */
    static final double MANY_FAULTS = 200;

    /** So many times its usual rate is a guest that misses its cache. */
    static final double SUDDEN_FAULTS = 5;

    /** What is usual is learned over ten minutes. */
    static final double FAULTS_HALF_LIFE = 300_000;

    /** Older than this a guest's numbers are not even history: it counts as using all it has. */
    static final long BLIND_AFTER = 15_000;

    /** A wall clock that was set by more than this makes last-update meaningless: NTP slews less in a second. */
    static final long CLOCK_JUMP = 500;

    /** So long after it was set reports of before may still come and be dated wrongly. */
    static final long CLOCK_DOUBT = 10_000;

    /** Nothing is taken on numbers that are older than this, however long a guest's period is. */
    static final long MOST_SHRINK_AGE = 30_000;

    /** Nothing is given on numbers that are older than this: a guest that reports each minute has missed two reports. */
    static final long MOST_GROW_AGE = 180_000;

    /** A boot is over by then, whatever its driver does. */
    static final long MOST_BOOT = 300_000;

    /** Who has opted out is given back what was taken for so long, as the host has it free. */
    static final long RELEASE_TIME = 60_000;

    /**
     * What QEMU needs beside its guest's memory as far as nobody has measured it: its own heap, stacks, video memory, and
     * KVM's tables. Others count 50 to 200 MiB.
     */
    static final long QEMU_OVERHEAD = 96 * MIB;

    /** And of the guest's size: page tables take 1/512. */
    static final long PAGE_TABLES_PART = 512;

    /** A limit is never filled to the last: this part of it is left. */
    static final long LIMIT_MARGIN_PART = 64;

    /** Less than this part left of a limit, and who waits for memory within it waits because of it. */
    static final long SHORT_PART = 10;

    /** Needs of busy guests go up and down by this part of what they should have ready at least, from second to second. */
    static final long NOISE_PART = 4;

    /** A guest with nothing left needs more than its numbers can show: this part of what it has. */
    static final double HIDDEN_SHARE = 0.25;

    /**
     * What others can spare is shared between who wants it and those whose it is; what they do not need weighs half: who
     * wants it gets two thirds of what one other guest of the same weight can spare.
     */
    static final double GIVERS_WEIGHT = 0.5;

    /** A climb is answered for so long ahead: a donor needs the next look and a second for each GiB. */
    static final long LEAD = 3_000;

    /** Whoever had enough may go this part of its size further, if its bursts are not larger anyway. */
    static final double LEASH_SHARE = 0.375;

    private Limits() {}

    /** What is left of something after {@code millis} when half of it goes every {@code halfLife}. */
    static double fade(double value, double millis, double halfLife) {
        return value == 0 ? 0 : value * Math.pow(2, -millis / halfLife);
    }
}
