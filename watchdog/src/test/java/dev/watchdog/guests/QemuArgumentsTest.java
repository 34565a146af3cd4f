package dev.watchdog.guests;

import static dev.watchdog.guests.DescribedGuest.BALLOON;
import static dev.watchdog.guests.DescribedGuest.guest;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the owner gives QEMU past libvirt, as far as it says what can be done about the guest's memory. */
class QemuArgumentsTest {
    @Test
    void aDeviceGivenToQemuByItsCommandLineIsSeen() {
        String line = "<commandline xmlns='http://libvirt.org/schemas/domain/qemu/1.0'><arg value='-device'/>"
                + "<arg value='vfio-pci,host=01:00.0'/></commandline>";

        assertThat(guest("", line, BALLOON).obstacle()).contains("a device of the host is assigned");
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
}
