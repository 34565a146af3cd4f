package dev.watchdog.kafka;

import dev.watchdog.events.CommandReader;
import dev.watchdog.events.CommandRequest;
import dev.watchdog.events.CommandVerifier.Verdict;
import dev.watchdog.events.Parsed;
import dev.watchdog.events.Subject;
import dev.watchdog.events.Target;
import dev.watchdog.journal.LedgerRow;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides about one record of the commands' topic at a time, in two steps: what it is by itself ({@link #hear}), and,
 * with what the ledger knows, what becomes of it ({@link #rule}). Pure: no clock, no I/O. What is not for this host goes
 * by, what cannot be trusted is never answered, and what was answered is never answered otherwise.
 */
final class Judge {
    /** The door's name in the journal. */
    static final String ORIGIN = "kafka";

    /**
     * Answers are remembered for longer than this after the command has expired. What expired earlier goes by without a
     * word, so that a command whose answer has been forgotten never gets another one.
     */
    static final Duration REMEMBERED = Duration.ofDays(7);

    private final String host;
    private final Map<String, String> labels;
    private final KafkaSettings.Commands settings;
    private final Instant remembersSince;

    /**
     * Makes the judge of a host.
     *
     * @param labels what label selectors match
     * @param remembersSince when the host's ledger was begun: what was asked for before may have been done, and by whom
     *     it was remembered is gone. Commands tell their time in whole seconds, so the second itself is not before it.
     */
    Judge(String host, Map<String, String> labels, KafkaSettings.Commands settings, Instant remembersSince) {
        this.host = host;
        this.labels = Map.copyOf(labels);
        this.settings = settings;
        this.remembersSince = remembersSince.truncatedTo(ChronoUnit.SECONDS);
    }

    /** What the record is to this host. */
    Hearing hear(Incoming record, TrustedKeys keys, Instant now) {
        Incoming.Unread unread = record.unread();
        if (unread != null && unread.anybodys()) {
            return new Hearing.Refused(unread.why());
        }
        String addressee = record.addressee();
        boolean mine = host.equals(addressee);
        if (!mine && (addressee == null || !addressee.isEmpty())) {
            return new Hearing.Skipped(Hearing.Why.OTHER_HOST);
        }
        if (unread != null) {
            return untrusted(mine, unread.why());
        }
        if (record.headersTwice()) {
            return untrusted(mine, "a header is there twice");
        }
        Parsed parsed = CommandReader.parse(record.value(), record.headers());
        if (parsed instanceof Parsed.Bad bad) {
            return untrusted(mine, bad.why());
        }
        Parsed.Good good = (Parsed.Good) parsed;
        Target target = good.request().target();
        if (!mine && !concerns(target)) {
            return new Hearing.Skipped(Hearing.Why.NOT_SELECTED);
        }
        Hearing heard = authenticate(good, keys, mine, now);
        if (heard instanceof Hearing.Heard && mine != (target instanceof Target.Host)) {
            return new Hearing.Refused(
                    "its key must be the host's id, or empty when labels or the fleet are addressed");
        }
        if (heard instanceof Hearing.Heard && !concerns(target)) {
            return new Hearing.Refused("its key names this host and its target another");
        }
        if (heard instanceof Hearing.Heard && good.request().expiry().isBefore(now.minus(REMEMBERED))) {
            return new Hearing.Skipped(Hearing.Why.FORGOTTEN);
        }
        return heard;
    }

    private Hearing authenticate(Parsed.Good good, TrustedKeys keys, boolean mine, Instant now) {
        Verdict verdict = keys.verifier().verify(good);
        if (verdict instanceof Verdict.Refused refused) {
            return untrusted(mine, refused.why());
        }
        String digest = good.signed().digest();
        if (verdict instanceof Verdict.Signed signed) {
            Optional<KeyEntry> key = keys.find(signed.key());
            if (key.isEmpty() || key.get().endedAt(now)) {
                return untrusted(mine, "the key that signed it is not accepted any more");
            }
            return new Hearing.Heard(signed.request(), key, digest);
        }
        return settings.unsigned() == KafkaSettings.Unsigned.ALLOW
                ? new Hearing.Heard(good.request(), Optional.empty(), digest)
                : untrusted(mine, "it is not signed");
    }

    private static Hearing untrusted(boolean mine, String why) {
        return mine ? new Hearing.Refused(why) : new Hearing.Skipped(Hearing.Why.UNREADABLE);
    }

    private boolean concerns(Target target) {
        if (target instanceof Target.Host one) {
            return one.id().equals(host);
        }
        return !(target instanceof Target.Labels selected)
                || labels.entrySet().containsAll(selected.labels().entrySet());
    }

    /**
     * What becomes of it.
     *
     * @param known what the ledger has under its source and id
     * @param subjects what it is about; an empty element for something that is not known here
     */
    Ruling rule(Hearing.Heard heard, Optional<LedgerRow> known, List<Optional<Subject>> subjects, Instant now) {
        CommandRequest request = heard.request();
        if (known.isPresent()) {
            LedgerRow row = known.get();
            if (!row.digest().equals(heard.digest())) {
                return new Ruling.Refused("another command of its source already has its id");
            }
            return row.answer() == null ? new Ruling.Underway() : new Ruling.Again(row.answer());
        }
        String denied = heard.key().map(key -> denied(key, request, subjects)).orElse(null);
        if (denied == null && request.time().isBefore(remembersSince) && !expired(request, now)) {
            denied = "it was asked for before " + remembersSince + ", when this host's journal was begun:"
                    + " whether it was carried out is not known any more, ask again";
        }
        if (denied == null) {
            denied = untimely(request, now);
        }
        if (denied != null) {
            return new Ruling.Denied(false, denied);
        }
        return expired(request, now)
                ? new Ruling.Denied(true, "it expired at " + request.expiry())
                : new Ruling.Taken();
    }

    private static @Nullable String denied(KeyEntry key, CommandRequest request, List<Optional<Subject>> subjects) {
        String who = "the key " + key.id() + " ";
        if (!key.allowsVerb(request.verb())) {
            return who + "may not ask for " + request.verb();
        }
        if (request.target() instanceof Target.Fleet && !key.allowsFleet()) {
            return who + "may not address the whole fleet";
        }
        if (key.allowsEverySubject()) {
            return null;
        }
        for (Optional<Subject> subject : subjects) {
            if (subject.isEmpty()) {
                return who + "may not ask it of something that is not known here";
            }
            if (!key.allows(subject.get())) {
                return who + "may not ask it of " + subject.get();
            }
        }
        return null;
    }

    /** Expiry is looked at for itself: what is merely too late has a name of its own. */
    private @Nullable String untimely(CommandRequest request, Instant now) {
        if (request.time().isAfter(now.plus(settings.clockSkew()))) {
            return "its time is in the future: one of two clocks is wrong";
        }
        if (expired(request, now)) {
            return null;
        }
        if (request.expiry().isAfter(now.plus(settings.maxAge()).plus(settings.clockSkew()))) {
            return "it expires later than " + settings.maxAge() + " from now, the longest that is allowed";
        }
        return request.time().isBefore(now.minus(settings.maxAge()).minus(settings.clockSkew()))
                ? "it is older than " + settings.maxAge() + ", the longest that is allowed"
                : null;
    }

    private static boolean expired(CommandRequest request, Instant now) {
        return !request.expiry().isAfter(now);
    }
}
