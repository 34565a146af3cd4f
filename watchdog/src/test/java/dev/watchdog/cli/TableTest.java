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

    @SafeVarargs
    private static String printed(int width, List<String>... rows) {
        Table table = new Table(List.of("id", "name"));
        for (List<String> row : rows) {
            table.row(row);
        }
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text), width);
        return text.toString();
    }
}
