package dev.watchdog.containerd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFieldsTest {
    private static final List<String> ID = List.of("id");
    private static final List<String> PATH = List.of("root", "path");

    private static Map<List<String>, String> read(String json) throws IOException {
        return JsonFields.read(new ByteArrayInputStream(json.getBytes(UTF_8)), Set.of(ID, PATH));
    }

    @Test
    void takesWhatIsWantedFromItsPlaceOnly() throws IOException {
        assertThat(read("{\"root\":{\"id\":\"no\",\"path\":\"p\",\"x\":{\"path\":1}},\"path\":2,\"id\":42}"))
                .isEqualTo(Map.of(ID, "42", PATH, "p"));
        assertThat(read("{\"root\":[{\"path\":\"p\"}],\"id\":null}")).isEmpty();
        assertThat(read("{\"root\":\"r\",\"id\":{\"id\":1}}")).isEmpty();
        assertThat(read("{}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "7", "{", "{\"id\":1", "{\"id\":1}}", "{\"id\":1}{}", "{\"id\":1} x", "{id:1}"})
    void whatIsNotOneObjectIsAnError(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(IOException.class).hasMessageStartingWith("it is ");
    }

    @Test
    void depthAndWantedTextsAndNamesAreBounded() {
        assertThatThrownBy(() -> read("{\"x\":" + "[".repeat(65))).hasMessageContaining("64");
        assertThatThrownBy(() -> read("{\"id\":\"" + "x".repeat(70_000) + "\"}"))
                .hasMessageContaining("65536");
        assertThatThrownBy(() -> read("{\"" + "x".repeat(70_000) + "\":1}")).hasMessageContaining("65536");
    }

    /** What was a tree of some hundred megabytes, kept whole. */
    @Test
    void ofAnyNumberOfOthersNothingIsKept() throws IOException {
        byte[] values = IntStream.range(0, 10_000)
                .mapToObj(i -> "\"" + i + "\":[0,{}],")
                .reduce("", String::concat)
                .getBytes(UTF_8);
        byte[] text = ("\"long\":\"" + "y".repeat(1 << 20) + "\",").getBytes(UTF_8);
        List<InputStream> parts = IntStream.range(0, 100)
                .<InputStream>mapToObj(i -> new ByteArrayInputStream(i % 10 == 0 ? text : values))
                .toList();
        InputStream all = new SequenceInputStream(
                new ByteArrayInputStream("{".getBytes(UTF_8)),
                new SequenceInputStream(
                        new SequenceInputStream(Collections.enumeration(parts)),
                        new ByteArrayInputStream("\"id\":\"last\"}".getBytes(UTF_8))));
        assertThat(JsonFields.read(all, Set.of(ID, PATH))).isEqualTo(Map.of(ID, "last"));
    }
}
