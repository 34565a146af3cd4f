package dev.watchdog.kafka;

import dev.watchdog.linux.HostClock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the brokers take what is sent. That they do not is told once, as the blind sensor {@code kafka}. Used from the
 * publisher's context.
 */
final class Link {
    /** Without an answer for so long the brokers are taken to be away. */
    static final Duration SILENCE = Duration.ofSeconds(5);

    static final String SENSOR = KafkaSettings.SENSORS;

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    private final Teller teller;
    private final HostClock clock;
    private final String servers;
    private boolean connected;
    private boolean fellSilent;
    private @Nullable String why;
    private @Nullable Duration waitingSince;
    private int waiting;

    /** Who is told; not again while nothing changes. */
    interface Teller {
        void blind(String why);

        void sees();
    }

    Link(Teller teller, HostClock clock, String servers) {
        this.teller = teller;
        this.clock = clock;
        this.servers = servers;
    }

    boolean connected() {
        return connected;
    }

    void sent() {
        if (waiting++ == 0) {
            waitingSince = clock.now().sinceBoot();
        }
    }

    /**
     * The brokers have one.
     *
     * @param trusted false while that means little: some are taken and others, again and again, are not
     * @return true if this is the first answer after a silence: what the brokers had may be lost
     */
    boolean acknowledged(boolean trusted) {
        boolean silent = fellSilent;
        fellSilent = false;
        waiting--;
        waitingSince = waiting > 0 ? clock.now().sinceBoot() : null;
        if (trusted && !connected) {
            connected = true;
            why = null;
            LOG.info("Kafka takes what is sent");
            teller.sees();
        }
        return silent;
    }

    /** Nothing is on its way any more, and nothing can be sent. */
    void lost(String reason) {
        waiting = 0;
        waitingSince = null;
        away(reason);
    }

    /** True if there has been no answer for too long; call it every few seconds. */
    boolean look() {
        Duration since = waitingSince;
        boolean silent = since != null && clock.now().sinceBoot().minus(since).compareTo(SILENCE) > 0;
        if (silent) {
            fellSilent = true;
            away("no broker of " + servers + " takes what is sent");
        }
        return silent;
    }

    private void away(String reason) {
        boolean news = connected || !reason.equals(why);
        connected = false;
        why = reason;
        if (news) {
            LOG.warn("nothing reaches Kafka, the journal keeps it: {}", reason);
            teller.blind(reason);
        }
    }
}
