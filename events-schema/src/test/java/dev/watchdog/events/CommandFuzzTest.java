package dev.watchdog.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.watchdog.events.CommandVerifier.Verdict;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No mutated command is accepted, none throws, and memory stays flat. Accepted would be one that verifies and says
 * anything else than the command that was signed: what a signature does not cover may change, for it changes nothing.
 */
class CommandFuzzTest {
    private static final int EACH = Boolean.getBoolean("watchdog.long") ? 500_000 : 25_000;
    private static final long SEED = Long.getLong("watchdog.seed", 20261122);
    private static final long ROOM = 64L << 20;
    private static final Set<String> SIGNATURE = original();
    private static final CommandRequest OTHER = new CommandRequest(
            "other-1",
            "/teams/dev",
            Commands.HEAL.time().plusSeconds(60),
            Commands.HEAL.expiry().plusSeconds(3600),
            "pause",
            new Target.Fleet(),
            Map.of("for", "PT30M"),
            Map.of(),
            "",
            false);

    private enum Outcome {
        BAD,
        UNSIGNED,
        REFUSED,
        THE_SAME
    }

    @ParameterizedTest
    @EnumSource(ContentMode.class)
    void noMutantIsAcceptedNoneThrowsAndMemoryStaysFlat(ContentMode mode) {
        CommandFuzzer fuzzer = new CommandFuzzer(mode == ContentMode.BINARY ? SEED : -SEED);
        Message original = Commands.SIGNER.sign(Commands.HEAL, mode);
        Message other = new CommandSigner("ops-2", Commands.OTHER.getPrivate()).sign(OTHER, mode);
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        Map<String, Integer> reasons = new HashMap<>();
        long before = 0;
        for (int i = 0; i < EACH; i++) {
            CommandFuzzer.Mutant mutant = fuzzer.next(original, other);
            outcomes.merge(judge(mutant, i, reasons), 1, Integer::sum);
            if (i == EACH / 5) {
                before = used();
            }
        }

        assertThat(used() - before).as("bytes more than after a fifth of them").isLessThan(ROOM);
        assertThat(outcomes.keySet()).as("ways to fail that were tried").containsExactlyInAnyOrder(Outcome.values());
        assertThat(outcomes.get(Outcome.BAD)).isGreaterThan(EACH / 10);
        assertThat(outcomes.get(Outcome.REFUSED)).isGreaterThan(EACH / 20);
        assertThat(outcomes.get(Outcome.THE_SAME)).isLessThan(EACH / 5);
        assertThat(reasons).as("each reason is words of ours, not of the input").hasSizeBetween(20, 100);
    }

    @Test
    void everyMutantDiffersAndTheSameSeedGivesTheSame() {
        Message original = Commands.SIGNER.sign(Commands.HEAL, ContentMode.STRUCTURED);
        CommandFuzzer one = new CommandFuzzer(1);
        CommandFuzzer two = new CommandFuzzer(1);
        for (int i = 0; i < 200; i++) {
            CommandFuzzer.Mutant mutant = one.next(original, original);

            assertThat(Arrays.equals(mutant.value(), original.value())
                            && mutant.headers().equals(original.headers()))
                    .isFalse();
            assertThat(two.next(original, original).value()).isEqualTo(mutant.value());
        }
    }

    private static Outcome judge(CommandFuzzer.Mutant mutant, int number, Map<String, Integer> reasons) {
        try {
            Parsed parsed = CommandReader.parse(mutant.value(), mutant.headers());
            if (parsed instanceof Parsed.Bad bad) {
                reasons.merge(bad.why(), 1, Integer::sum);
                return Outcome.BAD;
            }
            Verdict verdict = Commands.VERIFIER.verify((Parsed.Good) parsed);
            if (verdict instanceof Verdict.Signed signed) {
                assertThat(signed).isEqualTo(new Verdict.Signed(Commands.KEY_ID, Commands.HEAL));
                assertThat(signatures((Parsed.Good) parsed)).containsAll(SIGNATURE);
                return Outcome.THE_SAME;
            }
            if (verdict instanceof Verdict.Refused refused) {
                reasons.merge(refused.why(), 1, Integer::sum);
                return Outcome.REFUSED;
            }
            return Outcome.UNSIGNED;
        } catch (RuntimeException | Malformed e) {
            return fail("mutant " + number + " of seed " + SEED + " threw", e);
        }
    }

    /** Those by our key, in hexadecimal: Ed25519 has but one for a key and what it signs. */
    private static Set<String> signatures(Parsed.Good command) throws Malformed {
        return Dsse.parse(Objects.requireNonNull(command.signed().attribute(Dsse.ATTRIBUTE))).signatures().stream()
                .filter(signature -> signature.keyId().equals(Commands.KEY_ID))
                .map(signature -> HexFormat.of().formatHex(signature.bytes()))
                .collect(Collectors.toSet());
    }

    private static Set<String> original() {
        try {
            return signatures(Commands.good(Commands.SIGNER.sign(Commands.HEAL, ContentMode.BINARY)));
        } catch (Malformed e) {
            throw new AssertionError(e);
        }
    }

    private static long used() {
        System.gc();
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return heap.getUsed()
                + ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getUsed();
    }
}
