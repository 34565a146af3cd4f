package dev.watchdog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code heal f1 f2 f3} does when one of them cannot be done. */
class SeveralTest {
    private final StringWriter err = new StringWriter();
    private final Global global = new Global(List.of(), Map.of());
    private final List<String> asked = new ArrayList<>();

    SeveralTest() {
        global.writeTo(new PrintWriter(new StringWriter()), new PrintWriter(err));
    }

    /** Each is named by how it ends: an exit code, or one that a refusal has. */
    private int ask(String... all) {
        return Several.ask(global, List.of(all), one -> {
            asked.add(one);
            if (one.startsWith("refused-")) {
                throw new CommandFailure(Integer.parseInt(one.substring("refused-".length())), "not " + one);
            }
            return Integer.parseInt(one);
        });
    }

    @ParameterizedTest
    @CsvSource({"0,0,0", "0,1,1", "1,0,1", "0,2,2", "2,0,2", "2,1,1", "1,2,1", "1,1,1", "2,2,2"})
    void what_is_broken_goes_before_what_was_not_seen(String one, String other, int code) {
        assertThat(ask(one, other)).isEqualTo(code);
        assertThat(asked).containsExactly(one, other);
    }

    @Test
    void one_that_is_refused_keeps_none_of_the_others_from_its_turn() {
        assertThat(ask("refused-1", "refused-2", "0")).isEqualTo(Exit.FAULTS);
        assertThat(asked).containsExactly("refused-1", "refused-2", "0");
        assertThat(err.toString().lines())
                .containsExactly("watchdog: refused-1: not refused-1", "watchdog: refused-2: not refused-2");
    }

    @Test
    void of_one_alone_its_name_is_not_told_again() {
        assertThat(ask("refused-2")).isEqualTo(Exit.BLIND);
        assertThat(err.toString().lines()).containsExactly("watchdog: not refused-2");
    }

    @ParameterizedTest
    @CsvSource({"refused-3", "refused-4", "refused-74"})
    void where_nobody_answers_the_others_are_not_asked(String unreachable) {
        assertThatThrownBy(() -> ask("0", unreachable, "0"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("not " + unreachable);
        assertThat(asked).containsExactly("0", unreachable);
        assertThat(err.toString()).isEmpty();
    }
}
