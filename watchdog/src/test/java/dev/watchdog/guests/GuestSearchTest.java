package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.guests.GuestSearch.Result;
import dev.watchdog.libvirt.GuestStats;
import dev.watchdog.libvirt.MadeUp;
import dev.watchdog.linux.ProcessSearch.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose processes are believed, with processes that a test makes up and locks that it hands out. */
class GuestSearchTest {
    private static final String SYSTEM = "qemu:///system";
    private static final String SESSION = "qemu+unix:///session?socket=/run/user/1000/libvirt/libvirt-sock";
    private static final int QEMU = 64055;
    private static final int ANYBODY = 1000;
    private static final SeenGuest WEB = guest(1, SYSTEM);
    private static final SeenGuest DB = guest(2, SYSTEM);
    private static final SeenGuest OWN = guest(3, SESSION);

    private final Map<UUID, Deque<Integer>> holders = new HashMap<>();

    @TempDir
    Path proc;

    private static SeenGuest guest(int number, String source) {
        GuestStats stats = MadeUp.stats(
                new UUID(7, number), "g" + number, GuestStats.State.RUNNING, Map.of("balloon.current", 1L));
        return SeenGuest.of(source, stats, GuestDescription.UNREAD, SeenGuest.Voice.HEARD, GuestsSettings.DEFAULTS);
    }

    private Found process(int pid, String comm, String uuid, int user, int start) throws IOException {
        Path process = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.writeString(process.resolve("comm"), comm + "\n");
        Files.writeString(process.resolve("cmdline"), uuid.isEmpty() ? "libvirtd\0" : "x\0-uuid\0" + uuid + "\0");
        Files.writeString(process.resolve("stat"), pid + " (x) S 1" + " 0".repeat(17) + " " + start + " 0\n");
        Files.writeString(process.resolve("status"), "Name:\tx\nUid:\t" + user + "\t0\t0\t0\n");
        return new Found(process, start);
    }

    private Found qemu(int pid, SeenGuest guest, int user) throws IOException {
        return process(pid, "qemu-system-x86", guest.id().toString(), user, 55);
    }

    /** Who holds the lock of its pid file at each question; the last one from then on. */
    private void locked(SeenGuest guest, Integer... pids) {
        holders.put(guest.id(), new ArrayDeque<>(List.of(pids)));
    }

    private OptionalInt holder(SeenGuest guest) {
        Deque<Integer> pids = holders.get(guest.id());
        if (pids == null) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(pids.size() > 1 ? pids.remove() : pids.element());
    }

    private Map<UUID, Result> find(Map<UUID, Result> before, SeenGuest... guests) {
        return new GuestSearch(proc, this::holder).find(List.of(guests), before);
    }

    @Test
    void beside_the_proven_one_no_claim_is_told_however_many_there_are() throws IOException {
        Found web = qemu(500, WEB, QEMU);
        locked(WEB, 500);
        for (int pid = 100; pid < 120; pid++) {
            qemu(pid, WEB, ANYBODY);
        }
        qemu(120, WEB, 0);
        assertThat(find(Map.of(), WEB)).containsExactly(Map.entry(WEB.id(), new Result(true, List.of(web), QEMU)));
    }

    @Test
    void an_emulator_of_another_name_is_not_shadowed() throws IOException {
        Found web = process(500, "kvm-wrapper", WEB.id().toString(), QEMU, 55);
        locked(WEB, 500);
        qemu(100, WEB, ANYBODY);
        assertThat(result(find(Map.of(), WEB), WEB).processes()).containsExactly(web);
    }

    @Test
    void without_any_proof_every_claim_is_told() throws IOException {
        Found web = qemu(500, WEB, QEMU);
        Found liar = qemu(100, WEB, ANYBODY);
        Result result = result(find(Map.of(), WEB), WEB);
        assertThat(result.proven()).isFalse();
        assertThat(result.processes()).containsExactlyInAnyOrder(web, liar);
    }

    @Test
    void beside_a_proven_guest_claims_of_ordinary_users_do_not_count() throws IOException {
        qemu(500, WEB, QEMU);
        locked(WEB, 500);
        Found db = qemu(501, DB, QEMU);
        for (int pid = 100; pid < 120; pid++) {
            qemu(pid, DB, ANYBODY);
        }
        Found root = qemu(502, DB, 0);
        assertThat(result(find(Map.of(), WEB, DB), DB).processes()).containsExactlyInAnyOrder(db, root);
    }

    @Test
    void who_runs_the_guests_of_one_libvirt_says_nothing_of_anothers() throws IOException {
        qemu(500, WEB, QEMU);
        locked(WEB, 500);
        Found own = qemu(503, OWN, ANYBODY);
        assertThat(result(find(Map.of(), WEB, OWN), OWN).processes()).containsExactly(own);
    }

    @Test
    void a_guest_whose_process_is_not_yet_qemu_is_nobody() throws IOException {
        process(500, "rpc-worker", "", 0, 55);
        locked(WEB, 500);
        qemu(100, WEB, ANYBODY);
        assertThat(find(Map.of(), WEB)).isEmpty();
    }

    @Test
    void the_lock_of_a_namesake_leaves_it_to_the_claims() throws IOException {
        qemu(500, DB, QEMU);
        locked(WEB, 500);
        Found web = qemu(501, WEB, QEMU);
        assertThat(result(find(Map.of(), WEB), WEB)).isEqualTo(new Result(false, List.of(web), -1));
    }

    /** It ended, and another process got its number while it was looked at. */
    @Test
    void a_lock_that_is_let_go_meanwhile_proves_nothing() throws IOException {
        qemu(500, WEB, ANYBODY);
        Found real = qemu(501, WEB, QEMU);
        locked(WEB, 500, 501);
        Result first = result(find(Map.of(), WEB), WEB);
        assertThat(first.proven()).isFalse();
        assertThat(result(find(Map.of(WEB.id(), first), WEB), WEB)).isEqualTo(new Result(true, List.of(real), QEMU));
    }

    @Test
    void what_was_proven_holds_as_long_as_the_process_lives() throws IOException {
        qemu(500, WEB, QEMU);
        locked(WEB, 500);
        Map<UUID, Result> first = find(Map.of(), WEB);
        holders.clear();
        qemu(100, WEB, ANYBODY);
        assertThat(find(first, WEB)).isEqualTo(first);
        Found other = process(500, "qemu", WEB.id().toString(), ANYBODY, 56);
        assertThat(result(find(first, WEB), WEB).processes()).contains(other);
        assertThat(result(find(first, WEB), WEB).proven()).isFalse();
    }

    private static Result result(Map<UUID, Result> found, SeenGuest guest) {
        return Objects.requireNonNull(found.get(guest.id()), guest.name());
    }
}
