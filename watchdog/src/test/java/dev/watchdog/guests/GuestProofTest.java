package dev.watchdog.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.linux.ProcessSearch.Claim;
import dev.watchdog.linux.ProcessSearch.Found;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Each piece of the proof missing or forged by itself. */
class GuestProofTest {
    private static final UUID WEB = UUID.fromString("1d2c3b4a-0000-4000-8000-000000000001");
    private static final UUID DB = UUID.fromString("1d2c3b4a-0000-4000-8000-000000000002");

    private static Claim claim(String value, int user) {
        return new Claim(new Found(Path.of("/proc/100"), 7), value, user);
    }

    @Test
    void the_lock_and_the_uuid_together_prove_it_whoever_it_runs_as() {
        assertThat(GuestProof.of(WEB, claim(WEB.toString(), 64055))).isEqualTo(GuestProof.PROVEN);
        assertThat(GuestProof.of(WEB, claim(WEB.toString(), 0))).isEqualTo(GuestProof.PROVEN);
    }

    @Test
    void a_uuid_without_the_lock_proves_nothing() {
        assertThat(GuestProof.of(WEB, null)).isEqualTo(GuestProof.NONE);
    }

    @Test
    void the_lock_of_a_namesake_of_another_libvirt_proves_nothing() {
        assertThat(GuestProof.of(WEB, claim(DB.toString(), 0))).isEqualTo(GuestProof.NONE);
        assertThat(GuestProof.of(WEB, claim(WEB + "0", 0))).isEqualTo(GuestProof.NONE);
    }

    @Test
    void a_holder_that_is_not_yet_qemu_is_waited_for() {
        assertThat(GuestProof.of(WEB, claim("", 0))).isEqualTo(GuestProof.STARTING);
    }

    @Test
    void beside_a_proven_guest_only_root_and_its_user_are_counted() {
        assertThat(GuestProof.countedAmong(Set.of(64055))).accepts(claim("x", 0), claim("x", 64055));
        assertThat(GuestProof.countedAmong(Set.of(64055))).rejects(claim("x", 1000), claim("x", -1));
        assertThat(GuestProof.countedAmong(Set.of(0))).rejects(claim("x", 64055), claim("x", -1));
    }

    @Test
    void where_nothing_is_proven_everybody_is_counted() {
        assertThat(GuestProof.countedAmong(Set.of())).accepts(claim("x", 0), claim("x", 1000), claim("x", -1));
    }
}
