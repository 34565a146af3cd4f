package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlockDeviceTest {
    @Test
    void theLabelIsWhatTheFileSystemIsMountedWith() {
        assertThat(BlockDevice.label("rw,context=\"system_u:object_r:container_file_t:s0:c1,c2\",nouuid"))
                .isEqualTo("system_u:object_r:container_file_t:s0:c1,c2");
        assertThat(BlockDevice.label("context=system_u:object_r:tmp_t:s0,rw")).isEqualTo("system_u:object_r:tmp_t:s0");
        assertThat(BlockDevice.label("rw,rootcontext=system_u:object_r:tmp_t:s0"))
                .isNull();
        assertThat(BlockDevice.label("rw,stripe=16")).isNull();
    }
}
