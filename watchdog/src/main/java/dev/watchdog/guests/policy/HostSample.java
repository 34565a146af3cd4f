package dev.watchdog.guests.policy;

/**
 * What the host has.
 *
 * @param total MemTotal
 * @param available what could be had without swapping: MemAvailable, and of other caches what can really be evicted now
 * @param heat how little is available of the memory that is not {@code apart}: the host is short
 * @param stall what waits for memory, or swaps, anywhere on the host: counts only together with a host that is short
 * @param apart what of {@code total} is not everybody's
 */
public record HostSample(long total, long available, Heat heat, Stall stall, Apart apart) {
    /** How hard the host is pressed. */
    public enum Heat {
        COOL,
        WARM,
        HOT
    }

    /**
     * How much is waited for memory on the whole host.
     *
     * @param heat from PSI and the host's own swapping, whatever is available
     * @param whose where most of it is, for people, such as a control group's path; empty while nobody knows
     */
    public record Stall(Heat heat, String whose) {
        /** Nobody waits. */
        public static final Stall NONE = new Stall(Heat.COOL, "");
    }

    /**
     * What has to be counted on its own. Bytes.
     *
     * @param hugePages within {@code total}, in pools of huge pages, in use or not: nobody else can have them
     * @param merged what KSM saves (pages_sharing times the page's size): within what the guests hold more than once,
     *     and back in use as soon as they write
     */
    public record Apart(long hugePages, long merged) {
        /** No huge pages, no KSM. */
        public static final Apart NONE = new Apart(0, 0);

        public Apart {
            hugePages = Math.max(0, hugePages);
            merged = Math.max(0, merged);
        }
    }

    /** A host without huge pages and KSM where nobody waits but for what {@code heat} says. */
    public HostSample(long total, long available, Heat heat) {
        this(total, available, heat, Stall.NONE, Apart.NONE);
    }
}
