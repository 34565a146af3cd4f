package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.CommandRequest;
import dev.watchdog.events.CommandSigner;
import dev.watchdog.events.ContentMode;
import dev.watchdog.events.Event;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.Keys;
import dev.watchdog.events.Message;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.events.Target;
import dev.watchdog.journal.LedgerRow;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One rule each; {@code NOW} is a minute after the commands were sent, four before they expire. */
class JudgeTest {
    private static final Instant SENT = Instant.parse("2026-11-28T12:00:00Z");
    private static final Instant NOW = SENT.plusSeconds(60);
    private static final KeyPair PAIR = Keys.generate();
    private static final CommandSigner SIGNER = new CommandSigner("ops", PAIR.getPrivate());
    private static final Target HERE = new Target.Host("h1");
    private static final List<Optional<Subject>> HOST = List.of(Optional.of(Subject.HOST));
    private static final Subject BOX = Subject.parse("container/1");

    private final Judge judge = judge(KafkaSettings.Unsigned.REFUSE);

    @ParameterizedTest
    @EnumSource(ContentMode.class)
    void aSignedCommandForThisHostIsTaken(ContentMode mode) {
        Hearing.Heard heard = heard(judge.hear(record("h1", SIGNER.sign(request(HERE), mode)), ring(), NOW));
        assertThat(heard.request()).isEqualTo(request(HERE));
        assertThat(heard.key().map(KeyEntry::id)).contains("ops");
        assertThat(judge.rule(heard, Optional.empty(), HOST, NOW)).isInstanceOf(Ruling.Taken.class);
    }

    @Test
    void anothersRecordIsNotEvenParsed() {
        Incoming garbage = new Incoming("t", 0, 1, bytes("h2"), bytes("{"), Map.of(), true);
        assertThat(judge.hear(garbage, ring(), NOW)).isEqualTo(skipped(Hearing.Why.OTHER_HOST));
        byte[] notText = {(byte) 0xff, (byte) 0xfe};
        assertThat(judge.hear(new Incoming("t", 0, 1, notText, bytes("{"), Map.of(), false), ring(), NOW))
                .isEqualTo(skipped(Hearing.Why.OTHER_HOST));
    }

    @Test
    void whatCannotBeReadIsADeadLetterOfTheHostItNamesAndOtherwiseNobodys() {
        assertThat(judge.hear(new Incoming("t", 0, 1, bytes("h1"), bytes("{"), Map.of(), false), ring(), NOW))
                .isInstanceOf(Hearing.Refused.class);
        assertThat(judge.hear(new Incoming("t", 0, 1, bytes("h1"), null, Map.of(), false), ring(), NOW))
                .isInstanceOf(Hearing.Refused.class);
        assertThat(judge.hear(new Incoming("t", 0, 1, null, bytes("{"), Map.of(), false), ring(), NOW))
                .isEqualTo(skipped(Hearing.Why.UNREADABLE));
        assertThat(judge.hear(new Incoming("t", 0, 1, bytes(""), bytes("{"), Map.of(), false), ring(), NOW))
                .isEqualTo(skipped(Hearing.Why.UNREADABLE));
    }

    @Test
    void aHeaderThatIsThereTwiceIsNotTrusted() {
        Message message = SIGNER.sign(request(HERE), ContentMode.BINARY);
        Incoming twice = new Incoming("t", 0, 1, bytes("h1"), message.value(), message.headers(), true);
        assertThat(judge.hear(twice, ring(), NOW)).isEqualTo(new Hearing.Refused("a header is there twice"));
    }

    @Test
    void labelsSelectHosts() {
        assertThat(hear("", labels(Map.of("rack", "r1")))).isInstanceOf(Hearing.Heard.class);
        assertThat(hear("", labels(Map.of("rack", "r1", "tier", "web")))).isInstanceOf(Hearing.Heard.class);
        assertThat(hear("", labels(Map.of("rack", "r2")))).isEqualTo(skipped(Hearing.Why.NOT_SELECTED));
        assertThat(hear("", labels(Map.of("rack", "r1", "row", "9")))).isEqualTo(skipped(Hearing.Why.NOT_SELECTED));
        assertThat(hear("", new Target.Fleet())).isInstanceOf(Hearing.Heard.class);
        assertThat(hear("", new Target.Host("h2"))).isEqualTo(skipped(Hearing.Why.NOT_SELECTED));
    }

    @Test
    void keyAndTargetMustAgree() {
        for (Target target : List.of(new Target.Fleet(), labels(Map.of("rack", "r1")), new Target.Host("h2"))) {
            assertThat(hear("h1", target)).as(target.toString()).isInstanceOf(Hearing.Refused.class);
        }
        assertThat(hear("", HERE)).isInstanceOf(Hearing.Refused.class);
    }

    @Test
    void aStrangersKeyProvesNothing() {
        CommandSigner stranger = new CommandSigner("ops", Keys.generate().getPrivate());
        Incoming record = record("h1", stranger.sign(request(HERE), ContentMode.STRUCTURED));
        assertThat(judge.hear(record, ring(), NOW)).isInstanceOf(Hearing.Refused.class);
        assertThat(judge.hear(record, new TrustedKeys(KeyRing.EMPTY), NOW)).isInstanceOf(Hearing.Refused.class);
        Incoming toAll = record("", stranger.sign(request(new Target.Fleet()), ContentMode.STRUCTURED));
        assertThat(judge.hear(toAll, ring(), NOW)).isEqualTo(skipped(Hearing.Why.UNREADABLE));
    }

    @Test
    void aKeyEnds() {
        Incoming record = record("h1", SIGNER.sign(request(HERE), ContentMode.STRUCTURED));
        TrustedKeys ending = ring(entry(List.of("*"), List.of("*"), true, NOW));
        assertThat(judge.hear(record, ending, NOW)).isInstanceOf(Hearing.Heard.class);
        assertThat(judge.hear(record, ending, NOW.plusMillis(1))).isInstanceOf(Hearing.Refused.class);
    }

    @Test
    void unsignedIsTakenOnlyWhereThatIsConfigured() {
        Incoming record = record("h1", CommandSigner.unsigned(request(HERE), ContentMode.STRUCTURED));
        assertThat(judge.hear(record, ring(), NOW)).isEqualTo(new Hearing.Refused("it is not signed"));
        Judge lenient = judge(KafkaSettings.Unsigned.ALLOW);
        Hearing.Heard heard = heard(lenient.hear(record, ring(), NOW));
        assertThat(heard.key()).isEmpty();
        assertThat(lenient.rule(heard, Optional.empty(), HOST, NOW)).isInstanceOf(Ruling.Taken.class);
        CommandSigner stranger = new CommandSigner("ops", Keys.generate().getPrivate());
        assertThat(lenient.hear(record("h1", stranger.sign(request(HERE), ContentMode.STRUCTURED)), ring(), NOW))
                .isInstanceOf(Hearing.Refused.class);
    }

    @Test
    void whatWasAnsweredGetsThatAnswerAgainEvenWhenItHasExpired() {
        Hearing.Heard heard = heard(hear("h1", HERE));
        Event answer = new Event(
                "/hosts/h1/j",
                7,
                Subject.HOST,
                NOW,
                NOW,
                Severity.INFO,
                "c1",
                null,
                new CommandEvent.Succeeded("c1", "report", Evidence.of("done")));
        Instant late = SENT.plus(Duration.ofDays(3));
        assertThat(judge.rule(heard, Optional.of(row(heard.digest(), answer)), HOST, late))
                .isEqualTo(new Ruling.Again(answer));
        assertThat(judge.rule(heard, Optional.of(row(heard.digest(), null)), HOST, late))
                .isEqualTo(new Ruling.Underway());
        assertThat(judge.rule(heard, Optional.of(row("other", answer)), HOST, NOW))
                .isInstanceOf(Ruling.Refused.class);
        assertThat(judge.rule(heard, Optional.of(row("other", null)), HOST, NOW))
                .isInstanceOf(Ruling.Refused.class);
    }

    @Test
    void whatExpiredSoLongAgoThatItsAnswerMayBeForgottenGoesBy() {
        Incoming record = record("h1", SIGNER.sign(request(HERE), ContentMode.STRUCTURED));
        Instant expiry = SENT.plusSeconds(300);
        assertThat(judge.hear(record, ring(), expiry.plus(Judge.REMEMBERED))).isInstanceOf(Hearing.Heard.class);
        assertThat(judge.hear(record, ring(), expiry.plus(Judge.REMEMBERED).plusMillis(1)))
                .isEqualTo(skipped(Hearing.Why.FORGOTTEN));
    }

    @Test
    void aKeyAsksForWhatItMay() {
        assertThat(ruled(entry(List.of("heal"), List.of("*"), true, Instant.MAX), HERE, HOST))
                .isEqualTo(new Ruling.Denied(false, "the key ops may not ask for report"));
        assertThat(ruled(entry(List.of("report"), List.of("*"), false, Instant.MAX), HERE, HOST))
                .isInstanceOf(Ruling.Taken.class);
        assertThat(ruled(entry(List.of("*"), List.of("*"), false, Instant.MAX), new Target.Fleet(), HOST))
                .isEqualTo(new Ruling.Denied(false, "the key ops may not address the whole fleet"));
    }

    @Test
    void aKeyAsksItOfWhatItMay() {
        KeyEntry boxes = entry(List.of("*"), List.of("container/*"), true, Instant.MAX);
        assertThat(ruled(boxes, HERE, List.of(Optional.of(BOX)))).isInstanceOf(Ruling.Taken.class);
        assertThat(ruled(boxes, HERE, HOST)).isEqualTo(new Ruling.Denied(false, "the key ops may not ask it of host"));
        assertThat(ruled(boxes, HERE, List.of(Optional.of(BOX), Optional.of(Subject.parse("guest/1")))))
                .isInstanceOf(Ruling.Denied.class);
        assertThat(ruled(boxes, HERE, List.of(Optional.empty()))).isInstanceOf(Ruling.Denied.class);
        KeyEntry all = entry(List.of("*"), List.of("*"), true, Instant.MAX);
        assertThat(ruled(all, HERE, List.of(Optional.empty()))).isInstanceOf(Ruling.Taken.class);
    }

    @Test
    void itsTimeMustBeNow() {
        Hearing.Heard heard = heard(hear("h1", HERE));
        Instant expiry = SENT.plusSeconds(300);
        assertThat(judge.rule(heard, Optional.empty(), HOST, expiry.minusMillis(1)))
                .isInstanceOf(Ruling.Taken.class);
        assertThat(judge.rule(heard, Optional.empty(), HOST, expiry))
                .isEqualTo(new Ruling.Denied(true, "it expired at 2026-11-28T12:05:00Z"));
        assertThat(judge.rule(heard, Optional.empty(), HOST, expiry.plus(Duration.ofDays(2))))
                .isInstanceOf(Ruling.Denied.class);
        assertThat(judge.rule(heard, Optional.empty(), HOST, SENT.minusSeconds(30)))
                .isInstanceOf(Ruling.Taken.class);
        assertThat(judge.rule(heard, Optional.empty(), HOST, SENT.minusSeconds(31)))
                .isEqualTo(new Ruling.Denied(false, "its time is in the future: one of two clocks is wrong"));
    }

    @Test
    void itMustNotLiveTooLong() {
        assertThat(rule(SENT, SENT.plus(Duration.ofDays(1)))).isInstanceOf(Ruling.Taken.class);
        assertThat(rule(SENT, SENT.plus(Duration.ofDays(1)).plusSeconds(91))).isInstanceOf(Ruling.Denied.class);
        Instant old = NOW.minus(Duration.ofDays(1)).minusSeconds(30);
        assertThat(rule(old, NOW.plusSeconds(60))).isInstanceOf(Ruling.Taken.class);
        assertThat(rule(old.minusSeconds(1), NOW.plusSeconds(60)))
                .isInstanceOfSatisfying(Ruling.Denied.class, denied -> {
                    assertThat(denied.expired()).isFalse();
                    assertThat(denied.why()).contains("older than");
                });
    }

    private Ruling rule(Instant time, Instant expiry) {
        Message message = SIGNER.sign(request(HERE, time, expiry), ContentMode.STRUCTURED);
        return judge.rule(heard(judge.hear(record("h1", message), ring(), NOW)), Optional.empty(), HOST, NOW);
    }

    @Test
    void whatIsOlderThanTheLedgerIsNotTaken() {
        Judge young = judge(KafkaSettings.Unsigned.REFUSE, SENT.plusMillis(1_001));
        Hearing.Heard heard = heard(hear("h1", HERE));

        Ruling ruling = young.rule(heard, Optional.empty(), HOST, NOW);
        assertThat(ruling).isInstanceOf(Ruling.Denied.class);
        assertThat(((Ruling.Denied) ruling).why()).contains("before 2026-11-28T12:00:01Z", "ask again");
        assertThat(young.rule(heard, Optional.of(row(heard.digest(), null)), HOST, NOW))
                .as("known after all")
                .isInstanceOf(Ruling.Underway.class);
        assertThat(young.rule(heard, Optional.empty(), HOST, SENT.plusSeconds(301)))
                .isEqualTo(new Ruling.Denied(true, "it expired at 2026-11-28T12:05:00Z"));
    }

    @Test
    void whatWasAskedInTheSecondInWhichTheLedgerBeganIsTaken() {
        Judge young = judge(KafkaSettings.Unsigned.REFUSE, SENT.plusMillis(999));
        assertThat(young.rule(heard(hear("h1", HERE)), Optional.empty(), HOST, NOW))
                .isInstanceOf(Ruling.Taken.class);
    }

    private Ruling ruled(KeyEntry entry, Target target, List<Optional<Subject>> subjects) {
        Incoming record =
                record(target instanceof Target.Host ? "h1" : "", SIGNER.sign(request(target), ContentMode.STRUCTURED));
        return judge.rule(heard(judge.hear(record, ring(entry), NOW)), Optional.empty(), subjects, NOW);
    }

    private Hearing hear(String key, Target target) {
        return judge.hear(record(key, SIGNER.sign(request(target), ContentMode.STRUCTURED)), ring(), NOW);
    }

    private static Hearing.Heard heard(Hearing hearing) {
        assertThat(hearing).isInstanceOf(Hearing.Heard.class);
        return (Hearing.Heard) hearing;
    }

    private static Judge judge(KafkaSettings.Unsigned unsigned) {
        return judge(unsigned, Instant.EPOCH);
    }

    private static Judge judge(KafkaSettings.Unsigned unsigned, Instant remembersSince) {
        KafkaSettings.Commands shipped = KafkaSettings.SHIPPED.commands();
        return new Judge(
                "h1",
                Map.of("rack", "r1", "tier", "web"),
                new KafkaSettings.Commands(
                        true, shipped.keyRing(), unsigned, Duration.ofDays(1), Duration.ofSeconds(30)),
                remembersSince);
    }

    private static LedgerRow row(String digest, @org.jspecify.annotations.Nullable Event answer) {
        return new LedgerRow("/users/me", "c1", digest, NOW.plusSeconds(1), answer);
    }

    private static Target labels(Map<String, String> labels) {
        return new Target.Labels(labels);
    }

    private static Hearing skipped(Hearing.Why why) {
        return new Hearing.Skipped(why);
    }

    private static CommandRequest request(Target target) {
        return request(target, SENT, SENT.plusSeconds(300));
    }

    private static CommandRequest request(Target target, Instant time, Instant expiry) {
        return new CommandRequest(
                "c1", "/users/me", time, expiry, "report", target, Map.of(), Map.of(), "to see", false);
    }

    private static TrustedKeys ring() {
        return ring(entry(List.of("*"), List.of("*"), true, Instant.MAX));
    }

    private static TrustedKeys ring(KeyEntry entry) {
        return new TrustedKeys(new KeyRing(List.of(entry)));
    }

    private static KeyEntry entry(List<String> verbs, List<String> subjects, boolean fleet, Instant notAfter) {
        return new KeyEntry(
                "ops", new Ed25519Key(PAIR.getPublic()), verbs, subjects, Optional.of(fleet), Optional.of(notAfter));
    }

    private static Incoming record(String key, Message message) {
        return new Incoming("t", 0, 1, bytes(key), message.value(), message.headers(), false);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
