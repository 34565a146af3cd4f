package dev.watchdog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FaultChoiceTest {
    private static final String LIST = """
            {"faults": [
              {"id": "abcd-f3", "subject": "container/aaaa1111", "evidence": {"containerName": "web"}},
              {"id": "abcd-f2", "subject": "container/bbbb2222", "evidence": {"containerName": "db"}},
              {"id": "abcd-f13", "subject": "container/aaaa1111", "evidence": {"containerName": "web"}},
              {"id": "wxyz-f1", "subject": "host"}]}""";

    private static String choice(String asked) throws Exception {
        return new FaultChoice(new ObjectMapper().readTree(LIST)).of(asked);
    }

    @Test
    void byItsIdItsEndOrItsBeginning() throws Exception {
        assertThat(choice("abcd-f3")).isEqualTo("abcd-f3");
        assertThat(choice("f3")).isEqualTo("abcd-f3");
        assertThat(choice("f13")).isEqualTo("abcd-f13");
        assertThat(choice("wxyz")).isEqualTo("wxyz-f1");
        assertThatThrownBy(() -> choice("abcd")).hasMessageContaining("may mean several faults");
    }

    @Test
    void byWhatItBefellTheNewest() throws Exception {
        assertThat(choice("web")).isEqualTo("abcd-f3");
        assertThat(choice("bbbb")).isEqualTo("abcd-f2");
        assertThat(choice("host")).isEqualTo("wxyz-f1");
    }

    @Test
    void whatIsNotListedIsAskedForAsItIs() throws Exception {
        assertThat(choice("f99")).isEqualTo("f99");
    }

    @Test
    void whatCannotBeAnIdIsToldWithWhatIsNear() {
        assertThatThrownBy(() -> choice("webb")).hasMessage("no fault of anything called 'webb' is known; near: web");
    }

    @Test
    void aNameMeansTheNewestOfWhoeverHadIt() throws Exception {
        FaultChoice anew = new FaultChoice(new ObjectMapper().readTree("""
                {"faults": [
                  {"id": "abcd-f9", "subject": "container/cccc3333", "subjectName": "web"},
                  {"id": "abcd-f8", "subject": "container/aaaa1111", "evidence": {"containerName": "web"}}]}"""));
        assertThat(anew.of("web")).isEqualTo("abcd-f9");
        assertThat(anew.of("container/web")).isEqualTo("abcd-f9");
        assertThat(anew.others("web", "abcd-f9")).containsExactly("f8");
        assertThat(anew.of("aaaa")).isEqualTo("abcd-f8");
    }

    @Test
    void linesFitTheTerminal() {
        assertThat(Wrapped.lines("one two three four five six seven", 30))
                .containsExactly("  one two three four five six", "  seven");
        assertThat(Wrapped.lines("x".repeat(40) + " y", 30)).containsExactly("  " + "x".repeat(40), "  y");
        assertThat(FaultTimes.words(Duration.ofMillis(42))).isEqualTo("42 ms");
        assertThat(FaultTimes.words(Duration.ofMinutes(3))).isEqualTo("180 s");
        assertThat(FaultTimes.words(Duration.ofHours(3))).isEqualTo("180 min");
        assertThat(FaultTimes.words(Duration.ofDays(3))).isEqualTo("3 days");
    }
}
