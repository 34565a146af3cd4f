package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.CommandEvent;
import dev.watchdog.healing.Answer;
import dev.watchdog.healing.Mode;
import dev.watchdog.libvirt.LibvirtException.Reason;
import io.vertx.core.Future;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody sets a guest's memory: done when it hurts nobody, refused with the reason when it would. */
@Timeout(120)
class SettingMemoryTest {
    private static final long BUDGET = 4_096;

    @TempDir
    Path directory;

    private VirtualHost host;
    private GuestsRoom room;
    private PretendHypervisor.Guest web;
    private PretendHypervisor.Guest idle;

    @BeforeEach
    void twoGuestsAndAGibibyteToSpare() throws Exception {
        host = new VirtualHost(directory);
        web = host.hypervisor.guest("web", 3_072, 400).optedIn().has(1_500);
        idle = host.hypervisor.guest("idle", 3_072, 300).optedIn().has(1_500);
        room = host.start(Mode.OBSERVE, BUDGET);
        host.pass(40);
    }

    @AfterEach
    void end() {
        host.close();
    }

    @Test
    void it_is_grown_by_name_whatever_the_mode() throws Exception {
        Answer answer = done(room.order("web", "2000MiB"));
        assertThat(answer.succeeded()).isTrue();
        assertThat(answer.result().summary()).contains("web has").contains("1.5 GiB before");
        assertThat(web.actual).isBetween(1_990.0, 2_001.0);
        assertThat(room.typesOf(web.id)).containsSubsequence("action.requested", "action.started", "action.succeeded");
        assertThat(room.told(CommandEvent.Progressed.class)).isNotEmpty();
    }

    @Test
    void it_is_shrunk_by_uuid_and_left_at_that_for_ten_minutes() throws Exception {
        Answer answer = done(room.order(idle.id.toString(), "1300MiB"));
        assertThat(answer.succeeded()).isTrue();
        assertThat(idle.actual).isBetween(1_295.0, 1_305.0);
        host.pass(2);
        assertThat(room.line(idle.id).details().get("why")).isEqualTo("somebody has asked for its size");
        assertThat(done(room.order("idle", "1200MiB")).succeeded())
                .as("who asked may ask again")
                .isTrue();
        host.pass(610);
        assertThat(room.line(idle.id).details().get("why")).doesNotContain("asked for");
    }

    @Test
    void what_it_has_already_is_nothing_to_do() throws Exception {
        Answer answer = done(room.order("web", "1500MiB"));
        assertThat(answer.succeeded()).isTrue();
        assertThat(answer.result().summary()).isEqualTo("web has 1.5 GiB");
        assertThat(host.hypervisor.asked).isEmpty();
    }

    @Test
    void never_below_its_floor() throws Exception {
        refused("idle", "350MiB", "its floor is");
    }

    @Test
    void never_beyond_what_the_host_has_nor_its_ceiling() throws Exception {
        refused("web", "2900MiB", "the host has 1.1 GiB to give");
        refused("web", "4GiB", "its ceiling is 3.0 GiB");
    }

    @Test
    void never_from_who_has_not_opted_in_nor_anything_to_who_opted_out() throws Exception {
        idle.metadata = "";
        web.metadata = "<watchdog:memory xmlns:watchdog='https://watchdog.dev/libvirt/memory/1' manage='no'/>";
        host.pass(75);
        refused("idle", "1300MiB", "it has not opted in");
        refused("web", "2000MiB", "it has opted out");
    }

    @Test
    void never_from_who_starves() throws Exception {
        idle.need = 1_480;
        host.pass(2);
        refused("idle", "1400MiB", "it needs what it has");
    }

    @Test
    void only_a_guest_that_is_seen_and_a_size_that_is_one() throws Exception {
        rejected("nobody", "nothing that is called 'nobody' is watched here");
        refused("web", "much", "'memory' must be");
        host.hypervisor.guest("web", 1_024, 200);
        host.pass(2);
        rejected("web", "may be any of: guest/web (");
    }

    @Test
    void a_paused_guest_is_left_alone() throws Exception {
        web.paused = true;
        host.pass(2);
        refused("web", "2000MiB", "it is paused");
    }

    @Test
    void without_a_hypervisor_nothing_is_promised() throws Exception {
        host.hypervisor.lost(Reason.ABSENT);
        host.pass(2);
        rejected("web", "not everything is seen now: libvirt:");
    }

    @Test
    void a_balloon_that_does_not_move_fails_the_command() throws Exception {
        idle.stuck = true;
        Answer answer = done(room.order("idle", "1300MiB"));
        assertThat(answer.status()).isEqualTo(Answer.FAILED);
        assertThat(answer.result().summary()).contains("its target is 1.5 GiB now");
        assertThat(idle.target).isEqualTo(idle.actual);
        assertThat(room.told(ActionEvent.Undone.class)).isNotEmpty();
    }

    @Test
    void a_guest_that_goes_meanwhile_fails_the_command() throws Exception {
        idle.stuck = true;
        Future<Answer> answer = room.order("idle", "1300MiB");
        host.until("it was ordered", () -> !host.hypervisor.asked.isEmpty());
        host.hypervisor.stop(idle);
        assertThat(done(answer).status()).isEqualTo(Answer.FAILED);
    }

    private void rejected(String guest, String why) throws Exception {
        Answer answer = done(room.order(guest, "2GiB"));
        assertThat(answer.status()).isEqualTo(Answer.REJECTED);
        assertThat(answer.result().summary()).contains(why);
        assertThat(host.hypervisor.asked).isEmpty();
    }

    private void refused(String guest, String memory, String why) throws Exception {
        int before = host.hypervisor.asked.size();
        Answer answer = done(room.order(guest, memory));
        assertThat(answer.status()).isEqualTo(Answer.FAILED);
        assertThat(answer.result().summary()).contains(why);
        assertThat(host.hypervisor.asked).hasSize(before);
    }

    private Answer done(Future<Answer> answer) throws Exception {
        host.until("it is answered", answer::isComplete);
        return answer.result();
    }
}
