package dev.watchdog.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsAreAsWideAsTheyMustBe() {
        assertThat(printed(0, List.of("f1", "short"), List.of("f20", "a longer one")))
                .isEqualTo("ID   NAME\nf1   short\nf20  a longer one\n");
    }

    @Test
    void theWidestColumnGivesWay() {
        String text = printed(20, List.of("f1", "x".repeat(100)), List.of("f2", "y"));

        assertThat(text.lines()).allMatch(line -> line.length() <= 20);
        assertThat(text).contains("f1  " + "x".repeat(13) + "...\n");
    }

    @Test
    void nothingThatOthersNamedReachesTheTerminalAsACommand() {
        String evil = "a\u001b[2Jb\nc\rd\u202ee\u0007\u009bf\u2028g";

        String text = printed(0, List.of("f1", evil));

        assertThat(text).contains("f1  a\\u001b[2Jb\\u000ac\\u000dd\\u202ee\\u0007\\u009bf\\u2028g\n");
        assertThat(text.lines()).hasSize(2);
    }

    @Test
    void atEightyColumnsTheIdAndTheNameAreWhole() {
        String text = faults(new Style(80, false, false));

        assertThat(text.lines()).allMatch(line -> line.length() <= 80);
        assertThat(text).contains("f17  web-frontend-1  container.rootfs-lost  faulty   3m");
        assertThat(text).doesNotContain("SUBJECT", "ACTION");
    }

    @Test
    void whereThereIsLittleRoomSentencesGiveWayFirstAndKeysLast() {
        String text = faults(new Style(60, false, false));

        assertThat(text.lines()).allMatch(line -> line.length() <= 60);
        assertThat(text).contains("f17  web-frontend-1  ", "container.ro...", "the m...");
    }

    @Test
    void wideShowsEveryColumnAndCutsNothing() {
        assertThat(faults(new Style(50, true, false)))
                .contains("SUBJECT", "ACTION", "mount of its root is not there any more", "container/4f0c17d2a9be");
    }

    @Test
    void statesAreColouredAndNothingElse() {
        String text = faults(new Style(80, false, true));

        assertThat(text).contains("\u001b[31mfaulty\u001b[0m   3m", "\u001b[33mwarning\u001b[0m  2h");
        assertThat(text.replaceAll("\u001b\\[[0-9]*m", "")).isEqualTo(faults(new Style(80, false, false)));
    }

    private static String faults(Style style) {
        Table table = Table.of(
                Column.key("id"),
                Column.key("name"),
                Column.word("kind"),
                Column.word("state"),
                Column.word("age"),
                Column.word("action"),
                Column.sentence("summary"),
                Column.wide("subject"));
        table.row(List.of(
                "f17",
                "web-frontend-1",
                "container.rootfs-lost",
                "faulty",
                "3m",
                "",
                "the mount of its root is not there any more",
                "container/4f0c17d2a9be"));
        table.row(List.of("f18", "db", "container.at-risk", "warning", "2h", "", "it will be", "container/1"));
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text), style);
        return text.toString();
    }

    @SafeVarargs
    private static String printed(int width, List<String>... rows) {
        Table table = Table.of(Column.key("id"), Column.key("name"));
        for (List<String> row : rows) {
            table.row(row);
        }
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text), Style.plain(width));
        return text.toString();
    }
}
