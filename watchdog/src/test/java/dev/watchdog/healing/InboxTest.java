package dev.watchdog.healing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.Evidence;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What waits keeps its meaning: the newest word wins, and a look that could tell nothing wins over none. */
class InboxTest {
    private final Inbox inbox = new Inbox();

    @Test
    void theNewestLookWinsWheneverItComes() {
        Input faulty = faulty(2);
        inbox.add(faulty);
        inbox.add(new Input.Seen(new Finding.Healthy(HealerScene.BOX, HealerScene.LOST, at(1))));
        assertThat(inbox.drain()).containsExactly(faulty);
        assertThat(inbox.isEmpty()).isTrue();
    }

    @Test
    void aLookThatToldNothingDoesNotPushOutOneThatDid() {
        Input faulty = faulty(1);
        Input unknown = new Input.Seen(new Finding.Unknown(HealerScene.BOX, HealerScene.LOST, "hangs", at(2)));
        inbox.add(unknown);
        inbox.add(faulty);
        assertThat(inbox.drain()).containsExactly(faulty, unknown);
    }

    @Test
    void outcomesAndCommandsComeFirstAndTheTickLast() {
        Input sight = new Input.Sight("docker", null);
        Input ended = new Input.Finished("a1", new Outcome.Failed("no"));
        Input asked = new Input.Asked(new Command("c", "resume", Map.of(), "http", ""));
        List.of(
                        new Input.Tick(),
                        faulty(1),
                        new Input.Sight("docker", "refused"),
                        sight,
                        ended,
                        asked,
                        new Input.Tick())
                .forEach(inbox::add);
        assertThat(inbox.drain()).containsExactly(ended, asked, sight, faulty(1), new Input.Tick());
    }

    @Test
    void whatIsPutBackIsOlderThanWhatCameMeanwhile() {
        Input ended = new Input.Finished("a1", new Outcome.Failed("no"));
        Input later = new Input.Finished("a2", new Outcome.Failed("no"));
        inbox.add(later);
        inbox.add(faulty(3));
        inbox.restore(List.of(ended, faulty(2), new Input.Tick()));
        assertThat(inbox.drain()).containsExactly(ended, later, faulty(3), new Input.Tick());
    }

    private static Input faulty(int second) {
        return new Input.Seen(HealerScene.faulty(
                HealerScene.BOX,
                HealerScene.LOST,
                new Proposal(HealerScene.RESTORE, Evidence.of("mount")),
                at(second)));
    }

    private static Moment at(int second) {
        return new Moment("b", Duration.ofSeconds(second), Instant.EPOCH.plusSeconds(second));
    }
}
