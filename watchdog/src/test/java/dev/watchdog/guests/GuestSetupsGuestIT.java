package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.FaultRaised;
import dev.watchdog.guests.policy.GuestFinding;
import dev.watchdog.guests.policy.Pressure;
import dev.watchdog.testing.LimitedGroup;
import dev.watchdog.testing.NeedsGuests;
import dev.watchdog.testing.PressedCgroup;
import dev.watchdog.testing.TestGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real guests in the set-ups of others: limits, foreign pressure, periods, persistent memory, owners who change their minds. */
@NeedsGuests
@Timeout(600)
class GuestSetupsGuestIT {
    private static final long MIB = 1L << 20;
    private static final int SIZE = 512;
    private static final int LESS = 288;

    /** What who starves leaves itself, in MiB: short by the policy's reserve for these sizes. */
    private static final int LEFT = 20;

    private static RealHost host;

    @TempDir
    Path directory;

    @BeforeAll
    static void daemon() throws IOException {
        host = new RealHost();
    }

    @AfterAll
    static void end() throws IOException {
        host.close();
    }

    private static GuestFinding found(Watched watched, RealGuest guest) {
        return Objects.requireNonNull(watched.last().findings().get(guest.id), guest.name);
    }

    private static List<String> faults(GuestsRoom room) {
        return room.told(FaultRaised.class).stream().map(FaultRaised::kind).toList();
    }

    /** Killed whole by the host is what becomes of it when the limit is not heeded. */
    @Test
    void a_guest_is_never_grown_beyond_what_its_control_group_allows() throws Exception {
        try (LimitedGroup group = new LimitedGroup();
                RealGuest web =
                        host.bootIn(group, RealHost.optedIn("limited", 2 * SIZE).withPeriod(1))) {
            web.setmem(LESS);
            long allowed = group.used() + 300 * MIB;
            group.limit(allowed);
            RealHost.show(directory, web);
            try (GuestsRoom room = host.start(directory, 4 * SIZE, MoveStep.UNHEARD)) {
                Watched watched = new Watched(room);
                RealHost.awaitSettled(room, List.of(web));
                for (int i = 0; i < 6; i++) {
                    web.starve(LEFT);
                    RealHost.during(
                            room,
                            Duration.ofSeconds(2),
                            () -> assertThat(group.used()).isLessThan(allowed));
                }
                assertThat(watched.has(web)).as(Story.of(room)).isBetween(LESS + 30L, 2L * SIZE - 100);
                assertThat(found(watched, web).bounds().limit()).isEqualTo(group.path());
                web.isAlive();
                long has = watched.has(web);
                group.limit(allowed + 200 * MIB);
                RealHost.until(room, "the higher limit is seen", () -> watched.has(web) > has + 30);
                assertThat(group.used()).isLessThan(allowed + 200 * MIB);
            }
        }
    }

    @Test
    void who_thrashes_at_a_limit_of_its_own_takes_nothing_from_a_guest() throws Exception {
        try (RealGuest idle = host.bootOne(RealHost.optedIn("idle", SIZE).withPeriod(1));
                GuestsRoom room = host.startOnMachine(directory)) {
            Watched watched = new Watched(room);
            idle.fillCache();
            RealHost.awaitSettled(room, List.of(idle));
            try (PressedCgroup thrashing = new PressedCgroup(Files.createDirectory(directory.resolve("huge")))) {
                RealHost.until(
                        room,
                        "the waits are seen by " + thrashing,
                        () -> !watched.last()
                                .verdict()
                                .host()
                                .pressure()
                                .foreign()
                                .isEmpty());
                RealHost.during(
                        room,
                        Duration.ofSeconds(15),
                        () -> assertThat(watched.has(idle)).isEqualTo(SIZE));
            }
        }
    }

    @Test
    void a_guest_that_reports_seldom_is_helped_as_well() throws Exception {
        try (RealGuest ten = host.bootOne(RealHost.optedIn("ten", SIZE).withPeriod(10));
                RealGuest sixty = host.bootOne(RealHost.optedIn("sixty", SIZE).withPeriod(60))) {
            ten.setmem(LESS);
            sixty.setmem(LESS);
            try (GuestsRoom room = host.start(directory, 4 * SIZE, MoveStep.UNHEARD)) {
                Watched watched = new Watched(room);
                RealHost.awaitKnown(room, ten);
                RealHost.during(
                        room,
                        Duration.ofSeconds(15),
                        () -> assertThat(room.line(ten.id).state()).isEqualTo("healthy"));
                ten.starve(LEFT);
                sixty.starve(LEFT);
                RealHost.until(room, "who reports every 10 s is grown", () -> watched.has(ten) > LESS + 30);
                RealHost.until(room, "who reports every 60 s is grown", () -> watched.has(sixty) > LESS + 30);
                assertThat(faults(room)).as(Story.of(room)).contains(Kinds.SLOW.name());
                ten.isAlive();
                sixty.isAlive();
            }
        }
    }

    @Test
    void persistent_memory_is_not_ram_that_a_balloon_could_give() throws Exception {
        try (RealGuest web = host.bootOne(
                RealHost.optedIn("nvdimm", SIZE).withNvdimm(1024).withPeriod(1).withSwap(SIZE))) {
            web.setmem(LESS);
            try (GuestsRoom room = host.start(directory, 4 * SIZE, MoveStep.UNHEARD)) {
                Watched watched = new Watched(room);
                RealHost.awaitSettled(room, List.of(web));
                assertThat(found(watched, web).ceiling()).isEqualTo(SIZE * MIB);
                web.starve(LEFT);
                RealHost.until(room, "it has all that it can have", () -> {
                    web.starve(LEFT);
                    return watched.has(web) == SIZE;
                });
                RealHost.during(
                        room,
                        Duration.ofSeconds(12),
                        () -> assertThat(faults(room)).doesNotContain(Kinds.STUCK.name()));
                assertThat(watched.has(web)).isEqualTo(SIZE);
            }
        }
    }

    @Test
    void an_owner_who_opts_out_is_heard_at_once() throws Exception {
        try (RealGuest web = host.bootOne(RealHost.optedIn("web", SIZE).withPeriod(1));
                GuestsRoom room = host.start(directory, 4 * SIZE, MoveStep.UNHEARD)) {
            Watched watched = new Watched(room);
            RealHost.awaitSettled(room, List.of(web));
            for (String wish : List.of("no", "yes", "no")) {
                host.daemon
                        .virsh(
                                "metadata",
                                web.id.toString(),
                                "--uri",
                                MetadataElement.NAMESPACE,
                                "--key",
                                "watchdog",
                                "--live",
                                "--set",
                                "<memory manage='" + wish + "'/>")
                        .orFail();
                Duration set = room.clock().now().sinceBoot();
                RealHost.until(room, "manage='" + wish + "' is read", () -> {
                    SeenGuest seen = watched.last().guests().get(web.id);
                    return seen != null && seen.sample().wishes().optedOut() == wish.equals("no");
                });
                assertThat(room.clock().now().sinceBoot().minus(set)).isLessThan(Duration.ofSeconds(5));
            }
            assertThat(found(watched, web).pressure()).isEqualTo(Pressure.GREEN);
        }
    }

    @Test
    void what_was_taken_is_given_back_when_the_agent_stops_on_purpose() throws Exception {
        try (RealGuest web = host.bootOne(RealHost.optedIn("web", SIZE).withPeriod(1))) {
            RealGuest hog =
                    host.bootOne(RealHost.optedIn("hog", 768).withPeriod(1).withSwap(768));
            hog.setmem(LESS);
            try (GuestsRoom room = host.start(directory, LESS + SIZE, MoveStep.UNHEARD)) {
                Watched watched = new Watched(room);
                try (hog) {
                    RealHost.awaitSettled(room, List.of(hog, web));
                    RealHost.until(room, "it gives what its neighbour needs", () -> {
                        hog.starve(LEFT);
                        return watched.has(web) < SIZE - 150;
                    });
                }
                RealHost.until(
                        room,
                        "what its neighbour had is free",
                        () -> watched.last().verdict().host().granted() < SIZE * MIB);
                assertThat(watched.has(web))
                        .as("of itself it gets nothing back")
                        .isLessThan(SIZE - 100);
                Duration begun = room.clock().now().sinceBoot();
                room.room.giveBack("stop").join();
                assertThat(room.clock().now().sinceBoot().minus(begun)).isLessThan(Duration.ofSeconds(12));
                assertThat(web.has()).as(Story.of(room)).isEqualTo(SIZE);
                web.isAlive();
            }
        }
    }

    @Test
    void a_guest_that_reboots_has_what_its_boot_needs_before_its_driver_is_there() throws Exception {
        TestGuest.Shape shape = RealHost.optedIn("rebooted", SIZE).withPeriod(1).withBootLoad(330);
        try (RealGuest hog =
                        host.bootOne(RealHost.optedIn("hog", 768).withPeriod(1).withSwap(768));
                RealGuest web = host.bootOne(shape)) {
            hog.setmem(LESS);
            web.endBoot();
            try (GuestsRoom room = host.start(directory, LESS + SIZE, MoveStep.UNHEARD)) {
                Watched watched = new Watched(room);
                RealHost.awaitSettled(room, List.of(hog, web));
                RealHost.until(room, "it gives what its neighbour needs", () -> {
                    hog.starve(LEFT);
                    return watched.has(web) < LESS;
                });
                hog.release();
                web.reset();
                RealHost.until(room, "it has room for what it booted with", () -> watched.has(web) > 400);
                web.isAlive();
                RealHost.during(
                        room,
                        Duration.ofSeconds(10),
                        () -> assertThat(web.available()).isGreaterThan(LEFT));
                web.isAlive();
            }
        }
    }
}
