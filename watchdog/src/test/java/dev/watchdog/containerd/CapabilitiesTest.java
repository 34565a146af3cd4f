package dev.watchdog.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilitiesTest {
    private static final List<String> HOLDER = List.of("process", "capabilities");

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
        byte[] configuration = ("{\"process\":{\"capabilities\":" + sets + "}}").getBytes(StandardCharsets.UTF_8);
        Map<List<String>, String> told =
                JsonFields.read(new ByteArrayInputStream(configuration), Set.copyOf(Capabilities.wanted(HOLDER)));
        assertThat(Capabilities.mayMount(told, HOLDER)).isEqualTo(may);
    }
}
