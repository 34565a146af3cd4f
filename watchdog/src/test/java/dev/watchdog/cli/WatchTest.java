package dev.watchdog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.watchdog.linux.Moment;
import dev.watchdog.linux.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The loop with a clock that stands still, and what each display makes of it. */
class WatchTest {
    private static final String FIRST = "{\"subjects\":[{\"id\":\"a\"}]}";
    private static final String SECOND = "{\"subjects\":[{\"id\":\"a\"},{\"id\":\"b\"}]}";
    private static final String AWAY = "no agent listens";

    private final Deque<String> answers = new ArrayDeque<>();
    private final List<Long> slept = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Instant now = Instant.parse("2026-11-22T10:00:00.4Z");

    @Test
    void asksUntilItIsInterruptedAndThatIsNoFailure() {
        answers.addAll(List.of(FIRST, SECOND));
        assertThat(watch(lines(false))).isZero();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(slept).containsExactly(2_000L, 2_000L);
        assertThat(out.toString()).isEqualTo("""
                lamps at 2026-11-22T10:00:00Z
                ID
                a
                lamps at 2026-11-22T10:00:02Z
                ID
                a
                b
                """);
    }

    @Test
    void jsonIsOneLineForEachAnswer() {
        answers.addAll(List.of(FIRST, SECOND));
        watch(lines(true));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(out.toString()).isEqualTo(FIRST + "\n" + SECOND + "\n");
    }

    @Test
    void anAgentThatIsNotThereIsTheCommandsFailure() {
        answers.add(AWAY);
        assertThatThrownBy(() -> watch(lines(false))).isInstanceOf(CommandFailure.class);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void anAgentThatGoesIsToldOnceAndItGoesOn() {
        answers.addAll(List.of(FIRST, AWAY, AWAY, SECOND, AWAY));
        assertThat(watch(lines(true))).isZero();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(out.toString()).isEqualTo(FIRST + "\n" + SECOND + "\n");
        assertThat(err.toString()).isEqualTo(("watchdog: " + AWAY + "; going on when it is back\n").repeat(2));
    }

    @Test
    void theScreenKeepsTheLastAnswerAndSaysSinceWhen() {
        answers.addAll(List.of(FIRST, AWAY, SECOND));
        watch(new Screen(global(false), "lamps", Duration.ofSeconds(2), WatchTest::table));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(out.toString())
                .isEqualTo("\u001b[Hlamps at 2026-11-22T10:00:00Z, every 2 s; Ctrl-C ends\u001b[K\n"
                        + "ID\u001b[K\na\u001b[K\n\u001b[J"
                        + "\u001b[Hlamps at 2026-11-22T10:00:00Z, every 2 s; Ctrl-C ends\u001b[K\n"
                        + "watchdog: no agent listens\u001b[K\nID\u001b[K\na\u001b[K\n\u001b[J"
                        + "\u001b[Hlamps at 2026-11-22T10:00:04Z, every 2 s; Ctrl-C ends\u001b[K\n"
                        + "ID\u001b[K\na\u001b[K\nb\u001b[K\n\u001b[J");
    }

    @Test
    void endsWhenNobodyReadsAnyMore() {
        answers.addAll(List.of(FIRST, SECOND));
        Global global = global(true);
        PrintWriter closed = new PrintWriter(Writer.nullWriter());
        closed.close();
        global.writeTo(closed, new PrintWriter(err));
        assertThat(watch(new Lines(global, "lamps", WatchTest::table))).isZero();
        assertThat(slept).isEmpty();
    }

    @Test
    void aScreenIsNeverScrolledNorWrapped() {
        Table table = Table.of(Column.key("id"));
        for (int i = 0; i < 20; i++) {
            table.row(List.of("row " + i));
        }
        String drawn =
                Screen.drawn(List.of("a head of thirty-two characters."), table, new Terminal(6, 20), Style.plain(0));
        assertThat(drawn.chars().filter(each -> each == '\n')).hasSize(5);
        assertThat(drawn.replaceAll("\u001b\\[[HJK]", "").lines())
                .containsExactly("a head of thirty-two", "ID", "row 0", "row 1", "... and 18 more: the");
        assertThat(Screen.drawn(List.of("head"), table, new Terminal(0, 0), Style.plain(0))
                        .lines())
                .hasSize(23);
        assertThat(Screen.drawn(List.of("head"), table, new Terminal(23, 20), Style.plain(0))
                        .lines())
                .hasSize(23);
    }

    @Test
    void nothingThatOthersNamedMovesTheCursor() {
        answers.addAll(List.of("{\"subjects\":[{\"id\":\"\\u001b[2J\"}]}"));
        watch(new Screen(global(false), "lamps", Duration.ofMillis(500), WatchTest::table));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(out.toString()).contains("every 0.5 s", "\\u001b[2J").doesNotContain("\u001b[2J");
    }

    private int watch(Display display) {
        return new Watch(
                        this::answer,
                        display,
                        () -> new Moment("b", Duration.ofSeconds(1), now),
                        Duration.ofSeconds(2),
                        this::sleep)
                .run();
    }

    private JsonNode answer() {
        String next = answers.remove();
        if (next.equals(AWAY)) {
            throw new CommandFailure(Exit.UNREACHABLE, AWAY);
        }
        return Global.parse(next);
    }

    private void sleep(long millis) throws InterruptedException {
        slept.add(millis);
        now = now.plusMillis(millis);
        if (answers.isEmpty()) {
            throw new InterruptedException();
        }
    }

    private Display lines(boolean json) {
        return new Lines(global(json), "lamps", WatchTest::table);
    }

    private Global global(boolean json) {
        Global global = Watchdog.global(List.of(), Map.of());
        CommandLine.populateCommand(global, json ? new String[] {"--json"} : new String[0]);
        global.writeTo(new PrintWriter(out), new PrintWriter(err));
        return global;
    }

    private static Table table(JsonNode answer) {
        Table table = Table.of(Column.key("id"));
        answer.path("subjects").forEach(each -> table.row(List.of(Rows.text(each, "id"))));
        return table;
    }
}
