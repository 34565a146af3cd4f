package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountAttributesTest {
    private static MountAttributes of(String options) {
        return MountAttributes.of(new MountEntry(1, 1, 0, 1, "/", "/", options, "", "x", "x", "ro,nosuid"));
    }

    /** MS_… of mount(2) and MOUNT_ATTR_… of fsmount(2), as their headers have them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "rw,relatime 0x200000 0x0",
                "rw 0x1000000 0x20",
                "rw,noatime 0x400 0x10",
                "ro,nosuid,nodev,noexec,relatime 0x20000f 0xf",
                "rw,nodiratime,relatime 0x200800 0x80",
                "rw,relatime,nosymfollow 0x200100 0x200000",
                "rw,relatime,idmapped 0x200000 0x0",
            })
    void areWhatTheKernelTells(String options, String flags, String attributes) {
        assertThat(of(options).flags()).isEqualTo(Long.decode(flags));
        assertThat(of(options).attributes()).isEqualTo(Long.decode(attributes));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {"rw,relatime relatime,rw", "ro,nosuid,noatime noatime,nosuid,ro", "rw rw"})
    void areToldByTheKernelsNames(String options, String told) {
        assertThat(of(options)).hasToString(told);
    }

    @ParameterizedTest
    @CsvSource({"rw"})
    void whatIsMountedWithoutFlagsIsTheDefault(String written) {
        assertThat(of(written + ",relatime")).isEqualTo(MountAttributes.DEFAULT);
        assertThat(of(written)).isNotEqualTo(MountAttributes.DEFAULT);
    }
}
