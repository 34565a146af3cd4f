package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.linux.PidFileLock.HeldException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One process at a time holds the file, by what the kernel says. */
class PidFileLockTest {
    private static final String SELF = Long.toString(ProcessHandle.current().pid());

    @TempDir
    Path directory;

    /** The locks on it, as the kernel tells them. */
    private static List<String> locks(Path file) throws IOException {
        String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
        return Files.readAllLines(Path.of("/proc/locks")).stream()
                .filter(each -> each.contains("POSIX") && each.contains(" " + SELF + " ") && each.contains(inode))
                .toList();
    }

    @Test
    void itNamesItsHolderAndStaysBehind() throws Exception {
        Path file = directory.resolve("agent.lock");
        PidFileLock lock = PidFileLock.take(file);
        // not read while it is held: whoever closes it in this process takes the lock away
        assertThat(locks(file)).hasSize(1);
        lock.close();
        lock.close();
        assertThat(locks(file)).isEmpty();
        assertThat(file).hasContent(SELF);
        PidFileLock.take(file).close();
    }

    /** Whoever closes one descriptor of it loses the process's lock: another process could take it then. */
    @Test
    void aSecondAttemptInTheSameProcessLeavesTheLockWhereItIs() throws Exception {
        Path file = directory.resolve("agent.lock");
        Path link = Files.createSymbolicLink(directory.resolve("link"), Files.createDirectory(directory.resolve("d")));
        try (PidFileLock lock = PidFileLock.take(file);
                PidFileLock linked = PidFileLock.take(directory.resolve("d/agent.lock"))) {
            assertThat(lock).isNotSameAs(linked);
            assertThatThrownBy(() -> PidFileLock.take(file))
                    .isInstanceOf(HeldException.class)
                    .hasMessageContaining(SELF);
            assertThatThrownBy(() -> PidFileLock.take(link.resolve("agent.lock")))
                    .isInstanceOf(HeldException.class);
            assertThat(locks(file)).hasSize(1);
            assertThat(locks(directory.resolve("d/agent.lock"))).hasSize(1);
        }
    }

    @Test
    void neitherDoesOneAgainstWhatOtherCodeOfThisProcessHolds() throws Exception {
        Path file = directory.resolve("agent.lock");
        try (FileChannel theirs = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = theirs.lock()) {
            assertThat(held.isValid()).isTrue();
            assertThatThrownBy(() -> PidFileLock.take(file))
                    .isInstanceOf(HeldException.class)
                    .hasMessageContaining(SELF);
            assertThat(locks(file)).hasSize(1);
        }
        PidFileLock.take(file).close();
    }

    @Test
    void anotherProcessIsNamed() throws Exception {
        Path file = Files.writeString(directory.resolve("agent.lock"), "4711\n");
        try (LockHolder holder = LockHolder.of(file, false)) {
            assertThat(holder.pid()).isPositive();
            assertThatThrownBy(() -> PidFileLock.take(file))
                    .isInstanceOfSatisfying(
                            HeldException.class, e -> assertThat(e.pid()).isEqualTo("4711"));
        }
        PidFileLock.take(file).close();
    }

    @Test
    void whatCannotBeOpenedIsNotHeld() throws Exception {
        Path missing = directory.resolve("none/agent.lock");
        assertThatThrownBy(() -> PidFileLock.take(missing)).isInstanceOf(NoSuchFileException.class);
        Path file = Files.createDirectory(directory.resolve("agent.lock"));
        assertThatThrownBy(() -> PidFileLock.take(file)).isInstanceOf(IOException.class);
        Files.delete(file);
        PidFileLock.take(file).close();
    }
}
