package dev.watchdog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class TrustedTimeTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    private final Hands clock = new Hands();
    private TrustedTime time = new TrustedTime();

    @Test
    void aClockThatGoesAlongWithTheTimeSinceBootIsBelieved() {
        assertRight();
        clock.pass(Duration.ofDays(400));
        assertRight();
        clock.step(TrustedTime.JUMP);
        assertRight();
    }

    @Test
    void oneThatWasSetAheadIsInDoubtUntilItIsBack() {
        assertRight();
        clock.step(Duration.ofDays(40));
        clock.pass(Duration.ofSeconds(80));
        TrustedTime.Reading reading = time.read(clock);
        assertThat(reading.doubt()).contains("was set 40 d 0 h ahead", "restart the agent");
        assertThat(reading.time()).isEqualTo(START.plusSeconds(80));
        clock.step(Duration.ofDays(-40));
        assertRight();
        assertThat(time.proof(clock).elapsed()).isEqualTo(START.plusSeconds(80));
    }

    @Test
    void oneThatWasSetBackIsInDoubtAndTheTimeGoesOn() {
        assertRight();
        clock.step(Duration.ofHours(-3));
        clock.pass(Duration.ofSeconds(1));
        TrustedTime.Reading reading = time.read(clock);
        assertThat(reading.doubt()).contains("was set 3 h 0 min back");
        assertThat(reading.time()).isEqualTo(START.plusSeconds(1));
        clock.step(Duration.ofHours(3));
        assertRight();
    }

    @Test
    void aLittleBackIsNoDoubtAndTheTimeStandsStill() {
        assertRight();
        clock.step(TrustedTime.JUMP.negated());
        assertThat(time.read(clock)).isEqualTo(new TrustedTime.Reading(START, null));
    }

    @Test
    void aRestartTakesTheClockAsItIsUnlessThatHasBeen() {
        assertRight();
        clock.step(Duration.ofDays(40));
        assertThat(time.read(clock).doubt()).isNotNull();
        restart();
        assertRight();

        clock.step(Duration.ofDays(-40));
        assertThat(time.read(clock).doubt()).contains("was set 40 d 0 h back");
        restart();
        TrustedTime.Reading reading = time.read(clock);
        assertThat(reading.doubt()).contains("back from 2026-02-11", "move the journal aside");
        assertThat(reading.time()).isEqualTo(START.plus(Duration.ofDays(40)));
        assertThat(time.proof(clock).elapsed()).as("what is forgotten by").isEqualTo(START);
    }

    @Test
    void timeThatTheHostWasOffIsBelievedAndForgetsNothing() {
        assertRight();
        clock.reboot(Duration.ofDays(30), Duration.ofMinutes(1));
        restart();
        assertRight();
        assertThat(time.proof(clock).elapsed()).isEqualTo(START.plus(Duration.ofMinutes(1)));
    }

    @Test
    void aClockThatNoTimeSourceSetProvesNothingAndIsRightOnceOneDoes() {
        clock.synchronised = false;
        assertRight();
        clock.pass(Duration.ofMinutes(1));
        clock.step(Duration.ofHours(2)); // by hand
        assertThat(time.read(clock).doubt()).isNotNull();
        restart();
        assertRight();

        clock.step(Duration.ofHours(-2));
        assertThat(time.read(clock).doubt()).isNotNull();
        clock.synchronised = true;
        assertRight();
        clock.step(Duration.ofHours(2));
        assertThat(time.read(clock).doubt()).as("from then on").isNotNull();
    }

    @RepeatedTest(100)
    void whateverIsDoneToAClockThatATimeSourceKeepsTheTimeNeverGoesBack() {
        SplittableRandom random = new SplittableRandom();
        Instant before = time.read(clock).time();
        for (int i = 0; i < 200; i++) {
            happen(random, 5);
            Instant now = time.read(clock).time();
            assertThat(now).isAfterOrEqualTo(before);
            before = now;
        }
    }

    @RepeatedTest(100)
    void whateverIsDoneToTheClockWhatIsForgottenHasExpired() {
        SplittableRandom random = new SplittableRandom();
        for (int i = 0; i < 200; i++) {
            TimeProof before = time.proof(clock);
            happen(random, 6);
            Instant now = time.read(clock).time();
            TimeProof proof = time.proof(clock);
            assertThat(proof.elapsed())
                    .isBetween(before.elapsed(), now)
                    .as("never ahead of the truth")
                    .isBeforeOrEqualTo(START.plus(clock.run));
            assertThat(proof.highest()).isBetween(before.highest(), now);
        }
    }

    private void happen(SplittableRandom random, int kinds) {
        switch (random.nextInt(kinds)) {
            case 0 -> clock.step(Duration.ofMinutes(random.nextLong(-100_000, 100_000)));
            case 1 -> clock.step(Duration.ofSeconds(random.nextLong(-400, 400)));
            case 2 -> restart();
            case 3 -> {
                clock.reboot(Duration.ofMinutes(random.nextLong(-9_000, 9_000)), Duration.ofSeconds(9));
                restart();
            }
            case 4 -> clock.pass(Duration.ofMinutes(random.nextLong(600)));
            default -> clock.synchronised = random.nextBoolean();
        }
    }

    private void assertRight() {
        assertThat(time.read(clock))
                .isEqualTo(new TrustedTime.Reading(clock.now().wall(), null));
    }

    private void restart() {
        String kept = time.proof(clock).text();
        time = new TrustedTime(TimeProof.parse(kept).orElseThrow());
    }

    private static final class Hands implements HostClock {
        private Moment now = new Moment("boot", Duration.ofHours(1), START);
        private Duration run = Duration.ZERO;
        private boolean synchronised = true;

        @Override
        public Moment now() {
            return now;
        }

        @Override
        public boolean synchronised() {
            return synchronised;
        }

        void pass(Duration passed) {
            now = new Moment(
                    now.boot(), now.sinceBoot().plus(passed), now.wall().plus(passed));
            run = run.plus(passed);
        }

        void step(Duration by) {
            now = new Moment(now.boot(), now.sinceBoot(), now.wall().plus(by));
        }

        void reboot(Duration off, Duration up) {
            now = new Moment(now.boot() + "'", up, now.wall().plus(off).plus(up));
            run = run.plus(up);
        }
    }
}
