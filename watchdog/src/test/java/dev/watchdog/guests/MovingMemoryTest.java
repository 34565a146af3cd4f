package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.SensorEvent;
import dev.watchdog.healing.Mode;
import dev.watchdog.libvirt.GuestEvent;
import dev.watchdog.libvirt.GuestStats;
import dev.watchdog.libvirt.LibvirtException.Reason;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The room, a real healer and a real journal, with guests whose time is in the test's hand. */
@Timeout(120)
class MovingMemoryTest {
    private static final long BUDGET = 4_096;

    @TempDir
    Path directory;

    private VirtualHost host;
    private PretendHypervisor.Guest hog;
    private PretendHypervisor.Guest idle;

    @BeforeEach
    void twoGuestsThatFillTheHost() throws Exception {
        host = new VirtualHost(directory);
        hog = host.hypervisor.guest("hog", 3_072, 400).optedIn().has(1_500);
        idle = host.hypervisor.guest("idle", 3_072, 400).optedIn().has(2_590);
    }

    @AfterEach
    void end() {
        host.close();
    }

    @Test
    void a_starving_guest_is_grown_and_an_idle_neighbour_pays_for_it() throws Exception {
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        hog.need = 1_900;
        host.until("the hog has what it needs", () -> hog.actual > 2_000);
        host.until("the fault is over", () -> !room.told(FaultCleared.class).isEmpty());
        assertThat(room.typesOf(hog.id))
                .contains("fault.raised", "action.started", "action.succeeded", "fault.cleared");
        assertThat(room.typesOf(idle.id))
                .contains("action.requested", "action.started", "action.succeeded")
                .doesNotContain("fault.raised", "fault.cleared");
        assertThat(room.told(FaultRaised.class)).extracting(FaultRaised::kind).containsOnly(Kinds.PRESSURE.name());
        assertThat(hog.actual + idle.actual).isLessThanOrEqualTo(BUDGET + 1);
        assertThat(idle.actual).isGreaterThan(idle.need);
        assertThat(host.moved).as("moves share what they know on one thread").hasSize(1);
    }

    @Test
    void a_look_is_told_to_all_who_follow_and_of_one_name_to_the_newest() throws Exception {
        GuestsRoom room = host.start(Mode.OBSERVE, BUDGET);
        List<String> told = new CopyOnWriteArrayList<>();
        room.room.rounds("deployed", round -> told.add("left behind"));
        room.room.rounds("deployed", round -> told.add("redeployed"));
        room.room.rounds("beside", round -> told.add("beside"));
        room.look();
        assertThat(told).contains("redeployed", "beside").doesNotContain("left behind");
    }

    @Test
    void in_observe_mode_it_tells_and_orders_nothing() throws Exception {
        GuestsRoom room = host.start(Mode.OBSERVE, BUDGET);
        host.pass(40);
        hog.need = 1_900;
        host.until("the fault is told", () -> !room.told(FaultRaised.class).isEmpty());
        host.pass(60);
        assertThat(host.hypervisor.asked).isEmpty();
        assertThat(room.told(ActionEvent.Started.class)).isEmpty();
        assertThat(room.told(FaultRaised.class)).extracting(FaultRaised::kind).doesNotContain(Kinds.STUCK.name());
        assertThat(room.line(idle.id).details().get("why")).startsWith("wanted: ");
    }

    @Test
    void a_pause_holds_everything_and_after_it_the_starving_guest_is_grown() throws Exception {
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        room.ask("pause", Map.of("for", "PT1H"), "a test");
        hog.need = 1_900;
        host.pass(30);
        assertThat(host.hypervisor.asked).isEmpty();
        room.ask("resume", Map.of(), "");
        host.until("the hog has what it needs", () -> hog.actual > 2_000);
    }

    @Test
    void a_balloon_that_is_stuck_is_told_what_it_has_as_its_target() throws Exception {
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        idle.stuck = true;
        hog.need = 1_900;
        host.until("it was tried", () -> idle.target < idle.actual);
        host.until("it was taken back", () -> idle.target == idle.actual);
        host.until(
                "the fault is told",
                () -> room.told(FaultRaised.class).stream()
                        .anyMatch(each -> each.kind().equals(Kinds.STUCK.name())));
        host.pass(30);
        assertThat(VirtualHost.sets(host.hypervisor, "idle")).hasSize(2);
        assertThat(room.typesOf(idle.id)).contains("action.undone");
    }

    @Test
    void whom_somebody_else_resizes_is_not_shrunk() throws Exception {
        host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        idle.has(2_300);
        host.pass(3);
        hog.need = 1_900;
        host.pass(120);
        assertThat(VirtualHost.sets(host.hypervisor, "idle")).isEmpty();
        assertThat(hog.actual).as("what was free is given").isGreaterThan(1_500);
    }

    @Test
    void so_it_is_by_a_little() throws Exception {
        host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        idle.has(2_570);
        host.pass(3);
        hog.need = 1_900;
        host.pass(120);
        assertThat(VirtualHost.sets(host.hypervisor, "idle")).isEmpty();
    }

    @Test
    void who_never_opted_in_is_never_shrunk_and_is_given_what_is_free() throws Exception {
        idle.metadata = "";
        hog.metadata = "";
        idle.has(2_000);
        host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        hog.need = 1_900;
        host.until("the hog has what it needs", () -> hog.actual > 2_000);
        host.pass(120);
        assertThat(VirtualHost.sets(host.hypervisor, "idle")).isEmpty();
    }

    @Test
    void who_opted_out_is_not_touched_at_all() throws Exception {
        String out = "<watchdog:memory xmlns:watchdog='https://watchdog.dev/libvirt/memory/1' manage='no'/>";
        idle.metadata = out;
        hog.metadata = out;
        hog.period = 0;
        idle.has(2_000);
        host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        idle.need = 1_990;
        host.pass(120);
        assertThat(host.hypervisor.asked).isEmpty();
    }

    @Test
    void a_driver_that_nobody_asked_is_asked_to_report_once() throws Exception {
        hog.period = 0;
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.until("it reports", () -> hog.period == 1);
        host.pass(90);
        assertThat(host.hypervisor.asked).containsOnlyOnce("period hog 1");
        assertThat(room.typesOf(hog.id)).containsSubsequence("action.requested", "action.started", "action.succeeded");
    }

    @Test
    void a_paused_guest_is_left_alone_and_is_no_fault() throws Exception {
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        idle.paused = true;
        hog.need = 1_900;
        host.pass(120);
        assertThat(VirtualHost.sets(host.hypervisor, "idle")).isEmpty();
        assertThat(room.told(FaultRaised.class))
                .extracting(FaultRaised::kind)
                .doesNotContain(Kinds.UNMANAGEABLE.name());
    }

    @Test
    void without_a_driver_a_guest_is_unmanageable_after_a_minute() throws Exception {
        hog.period = 0;
        host.hypervisor.refuse(true);
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(50);
        assertThat(room.told(FaultRaised.class)).isEmpty();
        host.until("it is told", () -> !room.told(FaultRaised.class).isEmpty());
        assertThat(room.told(FaultRaised.class).get(0).kind()).isEqualTo(Kinds.UNMANAGEABLE.name());
        host.pass(120);
        assertThat(room.told(FaultRaised.class)).hasSize(1);
    }

    @Test
    void an_order_that_libvirt_refuses_is_a_failure_and_promises_nothing() throws Exception {
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        host.hypervisor.refuse(true);
        hog.need = 1_900;
        host.until("it failed", () -> !room.told(ActionEvent.Failed.class).isEmpty());
        host.hypervisor.refuse(false);
        host.until("the hog has what it needs", () -> hog.actual > 2_000);
        assertThat(hog.actual + idle.actual).isLessThanOrEqualTo(BUDGET + 1);
    }

    @Test
    void libvirt_is_lost_in_mid_step_and_comes_back() throws Exception {
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        hog.need = 1_900;
        host.until("something was ordered", () -> !host.hypervisor.asked.isEmpty());
        host.hypervisor.lost(Reason.ABSENT);
        host.until("it is told", () -> !room.told(SensorEvent.Blinded.class).isEmpty());
        int before = host.hypervisor.asked.size();
        host.pass(20);
        assertThat(host.hypervisor.asked).hasSize(before);
        host.hypervisor.back();
        host.until("the hog has what it needs", () -> hog.actual > 2_000);
        assertThat(room.told(FaultCleared.class)).isNotEmpty();
    }

    @Test
    void a_killed_agents_successor_makes_what_a_guest_has_its_target_first() throws Exception {
        try (GuestsRoom first = host.start(Mode.HEAL, BUDGET)) {
            host.pass(40);
            idle.stuck = true;
            hog.need = 1_900;
            host.until("something was taken", () -> idle.target < idle.actual);
            host.hypervisor.lost(Reason.ABSENT);
            assertThat(first.told(ActionEvent.Undone.class)).isEmpty();
        }
        assertThat(idle.target).isLessThan(idle.actual);
        int before = host.hypervisor.asked.size();
        host.hypervisor.back();
        GuestsRoom second = host.start(Mode.HEAL, BUDGET);
        // what the healer asks of a unit that has yet to start comes a moment later, by no clock of the test's
        await().until(() -> idle.target == idle.actual);
        assertThat(host.hypervisor.asked.get(before)).isEqualTo("set idle " + (long) idle.actual);
        assertThat(second.told(ActionEvent.Interrupted.class)).isNotEmpty();
    }

    @Test
    void what_somebody_resized_since_the_agent_was_killed_is_left_alone() throws Exception {
        try (GuestsRoom first = host.start(Mode.HEAL, BUDGET)) {
            host.pass(40);
            idle.stuck = true;
            hog.need = 1_900;
            host.until("something was taken", () -> idle.target < idle.actual);
            host.hypervisor.lost(Reason.ABSENT);
            assertThat(first.room.inventory()).isNotEmpty();
        }
        idle.stuck = false;
        idle.has(1_300);
        int before = host.hypervisor.asked.size();
        host.hypervisor.back();
        GuestsRoom second = host.start(Mode.HEAL, BUDGET);
        host.until(
                "it was judged",
                () -> !second.told(ActionEvent.Interrupted.class).isEmpty());
        host.pass(5);
        assertThat(host.hypervisor.asked.subList(before, host.hypervisor.asked.size()))
                .noneMatch(each -> each.startsWith("set idle "));
    }

    @Test
    void stopping_leaves_no_target_that_is_not_reached() throws Exception {
        try (GuestsRoom room = host.start(Mode.HEAL, BUDGET)) {
            host.pass(40);
            idle.stuck = true;
            hog.need = 1_900;
            host.until("something was taken", () -> idle.target < idle.actual);
            assertThat(room.room.inventory()).hasSize(2);
        }
        assertThat(idle.target).isEqualTo(idle.actual);
    }

    @Test
    void a_guest_that_goes_takes_its_faults_along() throws Exception {
        idle.metadata = "";
        GuestsRoom room = host.start(Mode.HEAL, 3_072);
        host.pass(40);
        hog.need = 1_480;
        host.until("it is short", () -> !room.told(FaultRaised.class).isEmpty());
        host.hypervisor.stop(hog);
        host.until("its fault is closed", () -> !room.told(FaultCleared.class).isEmpty());
        assertThat(room.told(FaultCleared.class))
                .extracting(FaultCleared::reason)
                .contains("gone");
    }

    @Test
    void when_memory_is_not_there_the_host_says_who_needs_it() throws Exception {
        GuestsRoom room = host.start(Mode.HEAL, 2_048);
        idle.need = 2_900;
        hog.need = 1_000;
        host.until(
                "the host's fault is told",
                () -> room.told(FaultRaised.class).stream()
                        .anyMatch(each -> each.kind().equals(Kinds.HOST.name())));
        FaultRaised fault = room.told(FaultRaised.class).stream()
                .filter(each -> each.kind().equals(Kinds.HOST.name()))
                .findFirst()
                .orElseThrow();
        assertThat(fault.evidence().summary()).contains("missing").contains("would free");
    }

    @Test
    void who_opts_in_while_it_runs_takes_part_within_a_minute_or_so() throws Exception {
        String in = idle.metadata;
        idle.metadata = "";
        GuestsRoom room = host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        hog.need = 1_900;
        host.pass(10);
        assertThat(VirtualHost.sets(host.hypervisor, "idle")).isEmpty();
        assertThat(room.line(idle.id).details().get("why")).isEqualTo("it has not opted in");
        idle.metadata = in;
        int before = host.hypervisor.asked.size();
        host.pass(75);
        assertThat(host.hypervisor.asked.subList(before, host.hypervisor.asked.size()))
                .anyMatch(each -> each.startsWith("set idle "));
    }

    @Test
    void who_was_reset_is_let_settle() throws Exception {
        host.start(Mode.HEAL, BUDGET);
        host.pass(40);
        host.hypervisor.tell(new GuestEvent.Rebooted(idle.id, idle.name));
        hog.need = 1_900;
        host.pass(25);
        assertThat(VirtualHost.sets(host.hypervisor, "idle")).isEmpty();
        host.until(
                "it is asked to give",
                () -> VirtualHost.sets(host.hypervisor, "idle").findAny().isPresent());
    }

    @Test
    void a_guest_that_is_on_two_hypervisors_counts_once() throws Exception {
        GuestsRoom room = host.start(Mode.HEAL, BUDGET, host.twin());
        host.pass(3);
        assertThat(room.room.inventory()).hasSize(2);
    }

    @Test
    void who_has_all_that_it_may_have_is_told_so() throws Exception {
        host.hypervisor.guest("small", 512, 500);
        GuestsRoom room = host.start(Mode.HEAL, 8_000);
        host.until("it is told", () -> !room.told(FaultRaised.class).isEmpty());
        assertThat(room.told(FaultRaised.class).get(0).evidence().summary())
                .isEqualTo("small needs 500 MiB and has 512 MiB, which is all that it may have: raise its ceiling");
    }

    @Test
    void names_and_states_are_shown_as_they_are() throws Exception {
        host.hypervisor.guest("$(reboot); <b>\u202e", 1_024, 200);
        GuestsRoom room = host.start(Mode.HEAL, 8_000);
        host.pass(3);
        assertThat(room.room.inventory()).extracting(each -> each.name()).contains("$(reboot); <b>\u202e");
        assertThat(GuestStats.State.PAUSED.words()).isEqualTo("paused");
        assertThat(room.room.inventory())
                .allSatisfy(each -> assertThat(each.details().keySet())
                        .containsAll(
                                List.of("need", "has", "floor", "ceiling", "headroom", "trend", "last action", "why")));
    }
}
