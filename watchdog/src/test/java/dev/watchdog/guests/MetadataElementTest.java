package dev.watchdog.guests;

import static dev.watchdog.guests.DescribedGuest.BALLOON;
import static dev.watchdog.guests.DescribedGuest.WHOLE;
import static dev.watchdog.guests.DescribedGuest.guest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.policy.Wishes.Consent;
import dev.watchdog.healing.DataSize;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a guest's owner wishes, in the metadata of its description. */
class MetadataElementTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<w:memory xmlns:w='http://watchdog.dev/libvirt/memory/1' manage='no'/>",
                "<w:memory xmlns:w='https://watchdog.dev/libvirt/memory/1/' manage='no'/>",
                "<w:memory xmlns:w='https://watchdog.dev/libvirt/1' manage='no'/>",
                "<w:memory xmlns:w='https://www.Watchdog.dev/libvirt/memory/1' manage='no'/>",
                "<w:memory xmlns:w='HTTPS://WATCHDOG.DEV/libvirt/memory/1' manage='no'/>",
                "<w:memory xmlns:w=' https://watchdog.dev/libvirt/memory/1' manage='no'/>",
                "<w:memory xmlns:w='https://watchdog.org/libvirt/memory/1' manage='no'/>",
                "<w:memory xmlns:w='https://watchdg.dev/libvirt/memory/1' manage='no'/>",
                "<w:Memory xmlns:w='https://watchdog.dev/libvirt/memory/1' manage='no'/>",
                "<memory manage='no'/>",
                "<watchdog><memory manage='no'/></watchdog>"
            })
    void whatLooksLikeOursAndIsNotIsToldAndTheGuestIsNotShrunkWhateverARuleSays(String element) {
        MemoryWishes wishes = wishes(element);

        assertThat(wishes.problem()).contains("is not known, only memory of " + MetadataElement.NAMESPACE);
        MemoryWishes rule =
                new MemoryWishes(Optional.of(true), Optional.empty(), Optional.empty(), Optional.empty(), "");
        assertThat(wishes.over(rule).forPolicy().consent()).isEqualTo(Consent.UNASKED);
    }

    @Test
    void aGuestThatCountsMemoryStrictlyIsShrunkOnlyWhereThatHurtsNoProgram() {
        String element = "<memory xmlns='" + MetadataElement.NAMESPACE + "' manage='yes' overcommit='strict'%s/>";

        assertThat(wishes(element.formatted("")).forPolicy(false).consent()).isEqualTo(Consent.UNASKED);
        assertThat(wishes(element.formatted("")).forPolicy(false).problem())
                .contains("autodeflate='on'")
                .contains("Committed_AS")
                .contains("floor");
        assertThat(wishes(element.formatted("")).forPolicy(true).optedIn()).isTrue();
        assertThat(wishes(element.formatted(" floor='1GiB'")).forPolicy(false).optedIn())
                .isTrue();
        assertThat(wishes(element.replace("strict", "heuristic").formatted(""))
                        .forPolicy(false)
                        .optedIn())
                .isTrue();
        assertThat(wishes(element.replace("strict", "2").formatted("")).problem())
                .contains("overcommit must be strict or heuristic, not '2'");
    }

    @Test
    void whatTheOwnerWishesIsRead() {
        MemoryWishes wishes = wishes(WHOLE);

        assertThat(wishes)
                .isEqualTo(new MemoryWishes(
                        Optional.of(true),
                        Optional.of(DataSize.mebibytes(2048)),
                        Optional.of(DataSize.mebibytes(8192)),
                        Optional.of(2.5),
                        ""));
        assertThat(wishes.forPolicy().optedIn()).isTrue();
    }

    @Test
    void itIsFoundAmongOthersWhateverItsPrefix() {
        String others = "<app:memory xmlns:app='urn:app' manage='no'><app:floor/></app:memory><!-- x -->";
        String ours = "<w:memory xmlns:w='https://watchdog.dev/libvirt/memory/1' manage='no'>  </w:memory>";

        assertThat(wishes(others + ours + others).forPolicy().consent()).isEqualTo(Consent.OUT);
        assertThat(wishes(others)).isEqualTo(MemoryWishes.NONE);
        assertThat(wishes("<x xmlns='urn:x'>" + WHOLE + "</x>")).isEqualTo(MemoryWishes.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "manage='perhaps' floor='2GiB' | manage must be yes or no, not 'perhaps'",
                "manage='yes' flor='1GiB' floor='2GiB' | flor is not known: manage, floor, ceiling and weight are",
                "manage='yes' floor='2GiB' ceiling='1GiB' | the floor 2GiB is above the ceiling 1GiB",
                "manage='yes' floor='2GiB' ceiling='-1' | ceiling must be a number with B, KiB",
                "manage='yes' floor='2GiB' ceiling='4194304' | ceiling must be at least 16MiB",
                "manage='yes' floor='2GiB' ceiling='99999999TiB' | ceiling must be below 8388608TiB",
                "manage='yes' floor='2GiB' weight='0' | weight must be a number from 0.1 to 10, not '0'",
                "manage='yes' floor='2GiB' weight='NaN' | weight must be",
                "manage='yes' floor='2GiB' weight='1e9' | weight must be",
                "manage='yes' floor='2GiB' weight=' 1' | weight must be",
                "manage='yes' floor='2GiB' xml:lang='de' | xml:lang is not known",
            })
    void nonsenseIsOneLineTheRestHoldsAndTheGuestIsNotShrunk(String attributes, String problem) {
        MemoryWishes wishes = wishes("<memory xmlns='" + MetadataElement.NAMESPACE + "' " + attributes + "/>");

        assertThat(wishes.problem()).startsWith("its metadata: ").contains(problem);
        assertThat(wishes.problem().lines()).hasSize(1);
        assertThat(wishes.floor()).contains(DataSize.mebibytes(2048));
        assertThat(wishes.forPolicy().consent()).isEqualTo(Consent.UNASKED);
        assertThat(wishes.forPolicy().problem()).isEqualTo(wishes.problem());
    }

    @Test
    void whoAskedOutIsOutWhateverElseIsWrong() {
        assertThat(wishes("<memory xmlns='" + MetadataElement.NAMESPACE + "' manage='no' weight='x'/>")
                        .forPolicy()
                        .consent())
                .isEqualTo(Consent.OUT);
    }

    @Test
    void theElementIsOneEmptyAndOfThisVersion() {
        assertThat(wishes(WHOLE + WHOLE.replace("yes", "no")).problem()).contains("is there twice");
        assertThat(wishes(WHOLE + WHOLE.replace("yes", "no")).manage()).contains(true);
        assertThat(wishes(WHOLE.replace("/>", "><floor>1GiB</floor>1</memory>")).problem())
                .isEqualTo("its metadata: the element must be empty: wishes are attributes");
        assertThat(wishes(WHOLE.replace("/>", ">1</memory>")).problem()).contains("must be empty");
        assertThat(wishes(WHOLE.replace("memory/1", "memory/2")).problem()).contains("is not known, only memory of");
        assertThat(wishes(WHOLE.replace("<memory", "<cpu")).problem()).contains("the element cpu of");
    }

    @Test
    void aProblemIsShortAndFitForATerminal() {
        StringBuilder attributes = new StringBuilder("floor='&#x9b;31m&#10;\u202e" + "9".repeat(100_000) + "'");
        for (int i = 0; i < 50; i++) {
            attributes.append(" x").append(i).append("='1'");
        }

        String problem = wishes("<memory xmlns='" + MetadataElement.NAMESPACE + "' " + attributes + "/>")
                .problem();

        assertThat(problem).hasSizeLessThan(600).endsWith("; and 48 more");
        assertThat(problem.codePoints())
                .noneMatch(point -> Character.isISOControl(point) || Character.getType(point) == Character.FORMAT);
    }

    private static MemoryWishes wishes(String metadata) {
        GuestDescription guest = guest(metadata, "", BALLOON);
        assertThat(guest.obstacles()).isEmpty();
        return guest.wishes();
    }
}
