package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.kafka.CommandSource.Layout;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BookmarksTest {
    private static final Layout ONE = new Layout("one", 2);

    private final Bookmarks bookmarks =
            new Bookmarks(Map.of("core", "{}", "kafka-offset one/0", "5", "kafka-offset gone/0", "9"));

    @Test
    void readingGoesOnWhereItWasAndBeginsWhereItNeverWas() {
        assertThat(bookmarks.open(ONE)).isEqualTo(Map.of(0, Optional.of(5L), 1, Optional.empty()));
        assertThat(bookmarks.unwritten())
                .as("a topic that is no more is forgotten")
                .isEqualTo(Map.of("kafka-offset gone/0", Optional.empty()));
    }

    @Test
    void whatWentByIsWrittenLaterAndCountsAtOnce() {
        bookmarks.open(ONE);
        bookmarks.written(bookmarks.unwritten());
        bookmarks.moveTo(1, 3);
        bookmarks.moveTo(1, 4);
        assertThat(bookmarks.open(new Layout("one", 3)))
                .isEqualTo(Map.of(0, Optional.of(5L), 1, Optional.of(4L), 2, Optional.empty()));
        assertThat(bookmarks.unwritten()).isEqualTo(Map.of("kafka-offset one/1", Optional.of("4")));
        bookmarks.written(1, 5);
        assertThat(bookmarks.unwritten()).isEmpty();
        bookmarks.moveTo(1, 6);
        Map<String, Optional<String>> rows = bookmarks.unwritten();
        bookmarks.moveTo(1, 7);
        bookmarks.written(rows);
        assertThat(bookmarks.unwritten()).isEqualTo(Map.of("kafka-offset one/1", Optional.of("7")));
    }

    @Test
    void aTopicThatWasMadeAnewIsReadFromItsBeginning() {
        bookmarks.open(ONE);
        assertThat(bookmarks.open(new Layout("two", 1))).isEqualTo(Map.of(0, Optional.empty()));
        assertThat(bookmarks.unwritten())
                .isEqualTo(Map.of("kafka-offset gone/0", Optional.empty(), "kafka-offset one/0", Optional.empty()));
    }
}
