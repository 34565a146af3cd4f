package dev.watchdog.guests;

import static dev.watchdog.guests.DescribedGuest.BALLOON;
import static dev.watchdog.guests.DescribedGuest.WHOLE;
import static dev.watchdog.guests.DescribedGuest.guest;
import static dev.watchdog.guests.DescribedGuest.xml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.policy.Wishes.Consent;
import dev.watchdog.linux.NumberList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuestDescriptionTest {
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

    @ParameterizedTest
    @ValueSource(strings = {"sev", "sev-snp", "tdx", "s390-pv", "of a later libvirt"})
    void aConfidentialGuestsMemoryCannotBeTakenBack(String type) {
        String security = "<launchSecurity type='" + type + "'><policy>0x0003</policy></launchSecurity>";

        assertThat(guest("", security, BALLOON).obstacle()).contains("confidential");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<disk type='nvme' device='disk'><source type='pci' namespace='1'/><target dev='vda'/></disk>",
                "<disk type='file'><backingStore type='nvme'><source type='pci'/></backingStore></disk>",
                "<disk type='file'><mirror type='nvme' job='copy'/></disk>"
            })
    void anNvmeDiskThatQemuDrivesPinsMemory(String disk) {
        assertThat(guest("", "", BALLOON + disk).obstacle()).contains("NVMe");
    }

    @Test
    void aDimmOfHugePagesIsAPartThatCannotBeFreed() {
        String dimm = "<memory model='dimm'><source><pagesize unit='KiB'>2048</pagesize></source>"
                + "<target><size unit='KiB'>4194304</size><node>0</node></target></memory>";

        assertThat(guest("", "", BALLOON + dimm).obstacle()).contains("a part of its memory is in huge pages");
        assertThat(guest("", "", BALLOON + dimm).backing().hugePages()).isFalse();
        assertThat(guest("", "<memoryBacking><hugepages/></memoryBacking>", BALLOON)
                        .backing()
                        .hugePages())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"nvdimm, 1048576", "virtio-pmem, 1048576", "sgx-epc, 1048576", "dimm, 0", "virtio-mem, 0"})
    void whatNoBalloonReachesIsBesideTheGuestsRam(String model, long kib) {
        String device = "<memory model='" + model + "' access='shared'><source><path>/x</path></source>"
                + "<target><size unit='KiB'>1048576</size><node>0</node><label><size unit='KiB'>128</size></label>"
                + "</target><alias name='a0'/></memory>";

        assertThat(guest("", "", BALLOON + device).backing().beside()).isEqualTo(kib << 10);
        assertThat(guest("", "", BALLOON + device + device).backing().beside()).isEqualTo(kib << 11);
    }

    @ParameterizedTest
    @CsvSource({"GiB, 2, 2147483648", "M, 64, 67108864", "MB, 1, 1000000", "bytes, 4096, 4096", "odd, 4, 4096"})
    void sizesHaveUnits(String unit, String number, long bytes) {
        String device =
                "<memory model='nvdimm'><target><size unit='" + unit + "'> " + number + " </size></target></memory>";

        assertThat(guest("", "", BALLOON + device).backing().beside()).isEqualTo(bytes);
    }

    @Test
    void aSizeThatIsNoneCountsNothing() {
        for (String odd : List.of("", "-1", "x", "99999999999999999999", "1<x/>2")) {
            String device = "<memory model='nvdimm'><target><size unit='TiB'>" + odd + "</size></target></memory>";
            assertThat(guest("", "", BALLOON + device).backing().beside())
                    .isNotNegative()
                    .isLessThan(1L << 53);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<memory mode='strict' nodeset='1'/> | [1] | false",
                "<memory nodeset='0-1'/> | [0-1] | false",
                "<memory mode='restrictive' nodeset='1'/> | [1] | false",
                "<memory mode='preferred' nodeset='1'/> | [] | false",
                "<memory mode='interleave' nodeset='0-1'/> | [] | false",
                "<memory mode='strict' placement='auto'/> | [] | true",
                "<memnode cellid='0' mode='strict' nodeset='1'/><memnode cellid='1' nodeset='1'/> | [1] | false",
                "<memnode cellid='0' mode='strict' nodeset='0'/><memnode cellid='1' nodeset='1'/> | [0, 1] | false",
            })
    void theNodesThatItsMemoryMustComeFromAreRead(String tune, String nodes, boolean chosen) {
        MemoryBacking backing =
                guest("", "<numatune>" + tune + "</numatune>", BALLOON).backing();

        assertThat(backing.nodes().stream().map(NumberList::text).toList()).hasToString(nodes);
        assertThat(backing.chosen()).isEqualTo(chosen);
    }

    @ParameterizedTest
    @CsvSource({
        "http://freebsd.org/freebsd/14.0, ZFS",
        "http://truenas.com/truenas/scale, ZFS",
        "http://talos.dev/talos/1, Kubernetes",
        "http://fedoraproject.org/coreos/stable, Kubernetes",
        "http://debian.org/debian/12, ''"
    })
    void guestsThatDoNotShowWhatTheyUseGetAHint(String system, String hint) {
        String metadata = "<l:libosinfo xmlns:l='http://libosinfo.org/xmlns/libvirt/domain/1.0'><l:os id='" + system
                + "'/></l:libosinfo>";

        assertThat(guest(metadata, "", BALLOON).hint()).contains(hint);
        assertThat(guest(metadata, "", BALLOON).hint().isEmpty()).isEqualTo(hint.isEmpty());
    }

    /** As libvirt 9.0 gives them of guests that it runs. */
    @Test
    void whatLibvirtReallyGivesIsRead() {
        GuestDescription nvdimm = GuestDescription.of("""
                <domain type='qemu' id='5' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
                  <name>n1</name>
                  <uuid>0f0a3c8c-7ff1-4a8e-8b28-f2b7ae1e6f1e</uuid>
                  <metadata>
                    <w:memory xmlns:w="https://watchdog.dev/libvirt/memory/1" manage="yes"/>
                  </metadata>
                  <maxMemory slots='4' unit='KiB'>4194304</maxMemory>
                  <memory unit='KiB'>1572864</memory>
                  <currentMemory unit='KiB'>524288</currentMemory>
                  <vcpu placement='static'>1</vcpu>
                  <resource>
                    <partition>/machine</partition>
                  </resource>
                  <numatune>
                    <memory mode='strict' nodeset='1'/>
                  </numatune>
                  <devices>
                    <emulator>/usr/bin/qemu-system-x86_64</emulator>
                    <disk type='nvme' device='disk'>
                      <driver name='qemu' type='raw'/>
                      <source type='pci' managed='yes' namespace='1'>
                        <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
                      </source>
                      <target dev='vda' bus='virtio'/>
                    </disk>
                    <memballoon model='virtio'>
                      <stats period='1'/>
                      <alias name='balloon0'/>
                      <address type='pci' domain='0x0000' bus='0x02' slot='0x00' function='0x0'/>
                    </memballoon>
                    <memory model='nvdimm' access='shared'>
                      <source>
                        <path>/tmp/pmem</path>
                      </source>
                      <target>
                        <size unit='KiB'>1048576</size>
                        <node>0</node>
                      </target>
                      <alias name='nvdimm0'/>
                      <address type='dimm' slot='0' base='0x100000000'/>
                    </memory>
                  </devices>
                  <seclabel type='dynamic' model='dac' relabel='yes'>
                    <label>+0:+0</label>
                  </seclabel>
                  <qemu:commandline>
                    <qemu:arg value='-object'/>
                    <qemu:arg value='{&quot;qom-type&quot;:&quot;memory-backend-file&quot;,&quot;id&quot;:&quot;m&quot;,&quot;mem-path&quot;:&quot;/dev/hugepages&quot;,&quot;size&quot;:8589934592,&quot;prealloc&quot;:true}'/>
                    <qemu:arg value='-overcommit'/>
                    <qemu:arg value='mem-lock=on'/>
                  </qemu:commandline>
                </domain>
                """);

        assertThat(nvdimm.statsPeriod()).isEqualTo(1);
        assertThat(nvdimm.wishes().forPolicy().optedIn()).isTrue();
        assertThat(nvdimm.backing().beside()).isEqualTo(1L << 30);
        assertThat(nvdimm.backing().nodes()).hasToString("[[1]]");
        assertThat(nvdimm.obstacles()).containsExactlyInAnyOrder(Obstacles.NVME, QemuArguments.PATH, Obstacles.LOCKED);
    }

    @Test
    void severalObstaclesAreAllTold() {
        GuestDescription guest =
                guest("", "<memoryBacking><locked/><hugepages/></memoryBacking>", "<hostdev type='pci'/>");

        assertThat(guest.obstacles()).hasSize(4).allMatch(line -> line.lines().count() == 1);
        assertThat(guest.obstacle()).contains("; ");
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
}
