package dev.watchdog.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "host",
                "container/0a",
                "guest/8f2e1c44-6b7d-4a53-9e0f-2d1c3b4a5968",
                "disk/dm-0",
                "a-1/A.b_c:d-e"
            })
    void whatIsWrittenIsRead(String text) {
        assertThat(Subject.parse(text)).hasToString(text);
    }

    @Test
    void theHostHasNoId() {
        assertThat(Subject.parse("host")).isEqualTo(Subject.HOST);
        assertThat(Subject.HOST.id()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "container/",
                "/id",
                "container//x",
                "container/a/b",
                "Container/x",
                "1/x",
                "container/..",
                "container/.x",
                "container/-x",
                "container/a b",
                "container/a\n",
                "container\n/a",
                "container/a%2f",
                "container/é",
                "container/a\u0000",
                "container/x?y",
                "container/\uD83D\uDC15",
                "host ",
                "-host"
            })
    void whatCouldMeanSomethingElsewhereIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Subject.parse(text))
                .withMessageContaining("not a subject");
    }

    @Test
    void lengthsAreBounded() {
        assertThat(Subject.parse("k".repeat(32) + "/" + "i".repeat(128)).id()).hasSize(128);
        assertThatIllegalArgumentException().isThrownBy(() -> new Subject("k".repeat(33), "i"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Subject("k", "i".repeat(129)));
    }

    @Test
    void theMessageDoesNotRepeatWhatWasGiven() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Subject.parse("container/\nforged line"))
                .withMessageNotContaining("forged");
    }

    @Test
    void theyAreOrderedByKindThenId() {
        List<Subject> sorted = Stream.of("guest/a", "container/b", "host", "container/a", "container/B")
                .map(Subject::parse)
                .sorted()
                .toList();

        assertThat(sorted)
                .extracting(Subject::toString)
                .containsExactly("container/B", "container/a", "container/b", "guest/a", "host");
    }
}
