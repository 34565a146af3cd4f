package dev.watchdog.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void writesPrintableAsciiThatReadsBackTheSame() throws Exception {
        StringBuilder every = new StringBuilder("<script>'\"&\\/");
        for (char c = 0; c < 0x2100; c++) {
            every.append(c);
        }
        every.append("\u202e\u2028\ufeff\ud83d\ude00");

        String json = Json.write(Map.of(every.toString(), every.toString())).toString();

        assertThat(json).matches("[ -~]*").doesNotContain("<", ">", "&", "'");
        Map<?, ?> back = new JsonMapper().readValue(json, Map.class);
        assertThat(back.get(every.toString())).isEqualTo(every.toString());
    }

    @Test
    void survivesHalfACharacter() throws Exception {
        assertThat(Json.write(Map.of("name", "a\ud800b")).toString()).matches("[ -~]*");
    }

    @Test
    void leavesNullsOutAndWritesTimesAsText() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("at", Instant.parse("2026-11-22T10:00:00Z"));

        assertThat(Json.write(map)).hasToString("{\"at\":\"2026-11-22T10:00:00Z\"}");
        assertThat(Json.write(Problem.of(404, "no")))
                .hasToString("{\"title\":\"Not found\",\"status\":404,\"detail\":\"no\"}");
    }
}
