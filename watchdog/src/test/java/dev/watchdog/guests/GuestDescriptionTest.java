package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.policy.Wishes.Consent;
import dev.watchdog.healing.DataSize;
import dev.watchdog.linux.NumberList;
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

    /** As QEMU's own manual spells them, and as its parser takes them beside that. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-overcommit mem-lock=on | locked",
                "--overcommit mem-lock=on,cpu-pm=on | locked",
                "-overcommit cpu-pm=on,mem-lock | locked",
                "-overcommit mem-lock=on-fault | locked",
                "-realtime mlock=on | locked",
                "-realtime mlock | locked",
                "-mem-path /dev/hugepages | mem-path",
                "--mem-path /mnt/huge | mem-path",
                "-object memory-backend-file,id=m,size=8G,mem-path=/dev/hugepages | mem-path",
                "-object {\"qom-type\":\"memory-backend-file\",\"id\":\"m\",\"mem-path\":\"/x\"} | mem-path",
                "-object memory-backend-memfd,id=m,hugetlb=on,size=8G | huge pages",
                "-object {\"qom-type\":\"memory-backend-memfd\",\"hugetlb\":true} | huge pages",
                "-object memory-backend-memfd,id=m,hugetlbsize=2M | huge pages",
                "-set object.ram.mem-path=/dev/hugepages | mem-path",
                "-device VFIO-pci,host=01:00.0 | a device of the host is assigned",
                "-device vfio-user-pci,socket=/run/x | a device of the host is assigned",
                "-netdev vhost-vdpa,vhostdev=/dev/vhost-vdpa-0,id=n | vhost-vdpa",
                "-device vhost-vdpa-device-pci,vhostdev=/x | vhost-vdpa",
                "-drive file=nvme://0000:01:00.0/1,if=none | NVMe",
                "-blockdev driver=nvme,node-name=d,device=0000:01:00.0,namespace=1 | NVMe",
                "-blockdev {\"driver\":\"nvme\",\"device\":\"0000:01:00.0\"} | NVMe",
                "-machine q35,confidential-guest-support=sev0 | confidential",
                "-machine q35,memory-encryption=sev0 | confidential",
                "-device virtio-mem-pci,memdev=m | virtio-mem",
                "-readconfig /etc/qemu/more.cfg | -readconfig",
            })
    void memoryThatQemusOwnOptionsPinIsSeenInEverySpelling(String line, String why) {
        assertThat(commandLine(line).obstacle()).contains(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-overcommit mem-lock=off",
                "-overcommit cpu-pm=on",
                "-object memory-backend-memfd,id=m,hugetlb=off",
                "-object {\"qom-type\":\"memory-backend-memfd\",\"hugetlb\":false}",
                "-device nvme,serial=1,drive=d",
                "-device {\"driver\":\"nvme\",\"serial\":\"1\"}",
                "-object memory-backend-ram,id=m,size=8G,prealloc=on",
                "-name nvme-mlock",
                "-smbios type=1,serial=mem"
            })
    void otherOptionsDoNot(String line) {
        assertThat(commandLine(line).obstacles()).isEmpty();
    }

    @Test
    void aCommandLineWithoutEndIsBounded() {
        assertThat(commandLine("-x y ".repeat(2_000) + "-mem-path /x").obstacles())
                .isEmpty();
        assertThat(commandLine("-overcommit " + "x".repeat(100_000) + ",mem-lock=on")
                        .obstacles())
                .isEmpty();
    }

    /** Each word an argument, as libvirt writes them. */
    private static GuestDescription commandLine(String line) {
        StringBuilder xml = new StringBuilder("<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>");
        for (String word : line.split(" ", -1)) {
            xml.append("<q:arg value='")
                    .append(word.replace("\\", "").replace("\"", "&quot;"))
                    .append("'/>");
        }
        return guest("", xml + "</q:commandline>", BALLOON);
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
