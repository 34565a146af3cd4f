package dev.watchdog.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilitiesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"bounding\":[\"CAP_CHOWN\"],\"effective\":[\"CAP_CHOWN\"],\"ambient\":null}; false",
                "{\"bounding\":[]}; false",
                // as runc's state.json writes it
                "{\"Bounding\":[\"CAP_CHOWN\",\"CAP_SYS_ADMIN\"],\"Effective\":[]}; true",
                "{\"bounding\":[],\"effective\":[\"cap_sys_admin\"]}; true",
                "{\"bounding\":[],\"ambient\":[\"CAP_SYS_ADMIN\"]}; true",
                "{\"bounding\":\"CAP_CHOWN\"}; true",
                "{}; true",
                "[]; true",
                "null; true",
                "\"\"; true",
            })
    void tellWhetherAContainerMayMount(String sets, boolean may) throws Exception {
        assertThat(Capabilities.mayMount(new ObjectMapper().readTree(sets))).isEqualTo(may);
    }
}
