package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each single piece of being a process of the host's root, forged. */
class ProcessFactsTest {
    private static final long USERS = ProcessFacts.INITIAL_USER_NAMESPACE;
    private static final long PIDS = 0xEFFFFFFCL;
    private static final long ALL = 0x1ffffffffffL;
    private static final long SYS_ADMIN = 1L << 21;
    private static final FileOwner PROGRAM = new FileOwner(0, 0100755, 8, 1);
    private static final ProcessFacts.Home HOME = new ProcessFacts.Home(USERS, PIDS);

    private static ProcessFacts facts(
            List<Integer> uids, long users, long pids, long owner, long capabilities, FileOwner program) {
        return new ProcessFacts(new ProcessId(42, 1), uids, users, pids, owner, capabilities, program);
    }

    private static ProcessFacts of(List<Integer> uids) {
        return facts(uids, USERS, PIDS, USERS, ALL, PROGRAM);
    }

    private static final List<Integer> ROOT = List.of(0, 0, 0, 0);

    @Test
    void whatHasEveryPieceIsTrusted() {
        assertThat(of(ROOT).objection(HOME)).isNull();
        assertThat(facts(ROOT, USERS, PIDS, USERS, SYS_ADMIN, PROGRAM).objection(HOME))
                .isNull();
    }

    /** Before 4.9 the kernel does not tell whose a mount namespace is. */
    @Test
    void anUnknownOwnerOfTheMountNamespaceIsNoObjection() {
        assertThat(facts(ROOT, USERS, PIDS, 0, ALL, PROGRAM).objection(HOME)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void noneOfItsUsersIsAnother(int which) {
        Integer[] uids = {0, 0, 0, 0};
        uids[which] = 12345;
        assertThat(of(List.of(uids)).objection(HOME)).contains("user 12345");
    }

    @Test
    void rootOfAnotherUserNamespaceIsNotRoot() {
        assertThat(facts(ROOT, USERS + 9, PIDS, USERS, ALL, PROGRAM).objection(HOME))
                .contains("another user namespace");
    }

    @Test
    void rootInAContainersPidNamespaceIsNot() {
        assertThat(facts(ROOT, USERS, PIDS + 9, USERS, ALL, PROGRAM).objection(HOME))
                .contains("another pid namespace");
    }

    @Test
    void whoseMountNamespaceBelongsToAnotherUserNamespaceIsNot() {
        assertThat(facts(ROOT, USERS, PIDS, USERS + 9, ALL, PROGRAM).objection(HOME))
                .contains("its mount namespace belongs to another user namespace");
    }

    @Test
    void withoutItsCapabilityRootRunsNoContainers() {
        assertThat(facts(ROOT, USERS, PIDS, USERS, ALL & ~SYS_ADMIN, PROGRAM).objection(HOME))
                .contains("CAP_SYS_ADMIN");
    }

    @Test
    void whatOthersCouldHaveWrittenIsNotRootsProgram() {
        FileOwner anothers = new FileOwner(1000, 0100755, 8, 1);
        FileOwner open = new FileOwner(0, 0100775, 8, 1);
        assertThat(facts(ROOT, USERS, PIDS, USERS, ALL, anothers).objection(HOME))
                .contains("its executable belongs to user 1000");
        assertThat(facts(ROOT, USERS, PIDS, USERS, ALL, open).objection(HOME))
                .contains("its executable may be written to by others");
    }

    /** The kernel escapes a line break in a name, so no name is a line of its own. */
    @Test
    void usersAreReadFromTheirLine() throws Exception {
        assertThat(ProcessFacts.uids("Name:\tUid:\\n0\nUmask:\t0022\nUid:\t1\t2\t3\t4294967295\nGid:\t0\t0\t0\t0\n"))
                .containsExactly(1, 2, 3, -1);
        assertThatThrownBy(() -> ProcessFacts.uids("Name:\tx\n")).hasMessageContaining("has no Uid:");
        assertThatThrownBy(() -> ProcessFacts.uids("Uid:\tx\n")).hasMessageContaining("tells no users");
    }
}
