package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.policy.Wishes.Consent;
import dev.watchdog.healing.DataSize;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuestDescriptionTest {
    private static final String BALLOON =
            "<memballoon model='virtio' autodeflate='on'><stats period='5'/><alias name='balloon0'/></memballoon>";
    private static final String WHOLE = "<memory xmlns='https://watchdog.dev/libvirt/memory/1'"
            + " manage='yes' floor='2GiB' ceiling='8589934592' weight='2.5'/>";
    private static final String MARKS = "<>&;'\"/=![]?- \0";
    private static final String PASSED_THROUGH = "a device of the host is assigned";

    @Test
    void anOrdinaryGuestCanBeMoved() {
        GuestDescription guest = guest("", "", BALLOON);

        assertThat(guest).isEqualTo(new GuestDescription(true, true, 5, List.of(), MemoryWishes.NONE));
        assertThat(guest.wishes().forPolicy().consent()).isEqualTo(Consent.UNASKED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<memballoon model='none'/>", "<memballoon/>"})
    void withoutABalloonThereIsNothingToMove(String devices) {
        GuestDescription guest = guest("", "", devices);

        assertThat(guest.balloon()).isFalse();
        assertThat(guest.statsPeriod()).isZero();
        assertThat(guest.obstacles()).singleElement().asString().startsWith("it has no balloon device");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<hostdev mode='subsystem' type='pci' managed='yes'/> | " + PASSED_THROUGH,
                "<hostdev mode='subsystem' type='mdev' model='vfio-pci'/> | " + PASSED_THROUGH,
                "<hostdev mode='subsystem' type='of a later libvirt'/> | " + PASSED_THROUGH,
                "<interface type='hostdev'/> | " + PASSED_THROUGH,
                "<interface type='vdpa'/> | vhost-vdpa",
                "<disk type='vhostvdpa'/> | vhost-vdpa",
                "<memory model='virtio-mem'><target/></memory> | virtio-mem",
            })
    void devicesThatPinMemoryOrSizeItThemselvesStandInTheWay(String device, String why) {
        assertThat(guest("", "", BALLOON + device + device).obstacles())
                .singleElement()
                .asString()
                .contains(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<hostdev mode='subsystem' type='usb'/>",
                "<hostdev mode='subsystem' type='scsi'/>",
                "<interface type='network'/>",
                "<memory model='dimm'/>",
                "<other xmlns='urn:x'><hostdev/></other>",
                "<hostdev xmlns='urn:x'/>"
            })
    void otherDevicesDoNot(String device) {
        assertThat(guest("", "", BALLOON + device).obstacles()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<hugepages/> | huge pages",
                "<hugepages><page size='1' unit='G'/></hugepages><source type='memfd'/> | huge pages",
                "<locked/> | locked",
                "<source type='memfd'/><access mode='shared'/> |",
                "<nosharepages/><source type='file'/> |",
            })
    void memoryThatCannotBeFreedStandsInTheWay(String backing, String why) {
        GuestDescription guest = guest("", "<memoryBacking>" + backing + "</memoryBacking>", BALLOON);

        if (why == null) {
            assertThat(guest.obstacles()).isEmpty();
        } else {
            assertThat(guest.obstacle()).contains(why);
        }
    }

    @Test
    void aDeviceGivenToQemuByItsCommandLineIsSeen() {
        String line = "<commandline xmlns='http://libvirt.org/schemas/domain/qemu/1.0'><arg value='-device'/>"
                + "<arg value='vfio-pci,host=01:00.0'/></commandline>";

        assertThat(guest("", line, BALLOON).obstacle()).contains(PASSED_THROUGH);
    }

    @Test
    void severalObstaclesAreAllTold() {
        GuestDescription guest =
                guest("", "<memoryBacking><locked/><hugepages/></memoryBacking>", "<hostdev type='pci'/>");

        assertThat(guest.obstacles()).hasSize(4).allMatch(line -> line.lines().count() == 1);
        assertThat(guest.obstacle()).contains("; ");
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | not well-formed",
                "no xml | not well-formed",
                "<domain> | not well-formed",
                "<domain><devices></domain> | not well-formed at line 1, column",
                "<network/> | it is no domain",
                "<domain xmlns='urn:x'/> | it is no domain",
                "<!DOCTYPE domain><domain/> | document type",
                "<!DOCTYPE domain [<!ENTITY x 'y'>]><domain>&x;</domain> | document type",
                "<!DOCTYPE domain SYSTEM 'file:///etc/passwd'><domain/> | document type",
                "<domain>&x;</domain> | ",
                "<domain/><domain/> | not well-formed",
            })
    void whatIsNoDomainIsAnObstacle(String xml, String why) {
        GuestDescription guest = GuestDescription.of(xml);

        assertThat(guest.balloon()).isFalse();
        assertThat(guest.wishes()).isEqualTo(MemoryWishes.NONE);
        assertThat(guest.obstacles())
                .singleElement()
                .asString()
                .startsWith("its XML cannot be read: ")
                .contains(why == null ? "" : why);
    }

    @Test
    void depthAndLengthAreBounded() {
        assertThat(GuestDescription.of("<domain>" + "<a>".repeat(100) + "</a>".repeat(100) + "</domain>")
                        .obstacle())
                .contains("deeper than 64 levels");
        assertThat(GuestDescription.of("<domain>" + " ".repeat(4 << 20) + "</domain>")
                        .obstacle())
                .contains("larger than 4 MiB");
        String long4 = "<domain><description>" + "x".repeat(4_000_000) + "</description><devices>" + BALLOON
                + "</devices></domain>";
        assertThat(GuestDescription.of(long4).obstacles()).isEmpty();
    }

    /** Bytes changed, cut, doubled and moved: there is always a description, and never consent that was not there. */
    @Test
    void nothingThatSomebodyWritesMakesItFail() {
        String whole = xml(
                WHOLE.replace("yes", "no"),
                "<memoryBacking><hugepages/></memoryBacking>",
                BALLOON + "<hostdev type='pci'><source><address domain='0x0'/></source></hostdev>");
        Random random = new Random(4);
        for (int i = 0; i < 4_000; i++) {
            GuestDescription guest = GuestDescription.of(mutated(whole, random));

            assertThat(guest.obstacles()).allMatch(line -> line.lines().count() == 1);
            assertThat(guest.wishes().problem().lines().count()).isLessThanOrEqualTo(1);
            assertThat(guest.wishes().forPolicy().optedIn()).isFalse();
            assertThat(guest.statsPeriod()).isNotNegative();
        }
    }

    private static String mutated(String whole, Random random) {
        StringBuilder text = new StringBuilder(whole);
        for (int changes = 1 + random.nextInt(4); changes > 0 && text.length() > 1; changes--) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + 1 + random.nextInt(30));
            switch (random.nextInt(5)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(0x10000));
                case 1 -> text.setCharAt(at, MARKS.charAt(random.nextInt(MARKS.length())));
                case 2 -> text.delete(at, end);
                case 3 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
                default -> text.setLength(at);
            }
        }
        return text.toString();
    }

    private static MemoryWishes wishes(String metadata) {
        GuestDescription guest = guest(metadata, "", BALLOON);
        assertThat(guest.obstacles()).isEmpty();
        return guest.wishes();
    }

    private static GuestDescription guest(String metadata, String rest, String devices) {
        return GuestDescription.of(xml(metadata, rest, devices));
    }

    private static String xml(String metadata, String rest, String devices) {
        return """
                <domain type='kvm' id='1'>
                  <name>a &lt;hostdev&gt; &amp; more</name>
                  <metadata>%s</metadata>
                  <memory unit='KiB'>8388608</memory>
                  %s
                  <devices>
                    <disk type='file' device='disk'/>
                    %s
                  </devices>
                  <seclabel type='dynamic'/>
                </domain>
                """.formatted(metadata, rest, devices);
    }
}
